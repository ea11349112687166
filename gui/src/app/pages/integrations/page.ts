import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Sections, parts } from '../../ui/sections';
import { Destinations } from './destinations/destinations';
import { Doors } from './doors/doors';
import { Exports } from './exports/exports';
import { Sources } from './sources';
import { Syncs } from './syncs/syncs';
import { Tokens } from './tokens';
import { WORDS } from './words';

const PARTS = {
  sources: 'admin',
  doors: 'admin',
  destinations: 'admin',
  exports: 'admin',
  syncs: 'admin',
  tokens: 'admin',
};

/** What brings events in, where decisions go, and which systems may ask. */
@Component({
  selector: 'pb-integrations',
  imports: [Destinations, Doors, Exports, Sections, Sources, Syncs, Tokens],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly parts = parts(PARTS, () => this.own().sections);
}
