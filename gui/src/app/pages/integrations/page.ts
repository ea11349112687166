import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Sections } from '../../ui/sections';
import { Destinations } from './destinations/destinations';
import { Doors } from './doors';
import { Exports } from './exports/exports';
import { Sources } from './sources';
import { Tokens } from './tokens';
import { WORDS } from './words';

/** What brings events in, where decisions go, and which systems may ask. */
@Component({
  selector: 'pb-integrations',
  imports: [Destinations, Doors, Exports, Sections, Sources, Tokens],
  templateUrl: './page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly section = computed(() => this.filters.all()['section']);
  protected readonly sections = computed(() =>
    Object.entries(this.own().sections).map(([name, text]) => ({ name, text })),
  );
}
