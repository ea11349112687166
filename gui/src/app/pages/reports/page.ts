import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Appearance } from '../../core/appearance';
import { Language } from '../../core/language';
import { HelpLink } from '../../ui/help-link';
import { Icon } from '../../ui/icon';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { Mailing } from './mailing';
import { Paper, isEmpty } from './paper';
import { Sharing } from './sharing';
import { nameOf, shifted } from './months';
import { Store } from './store';
import { WORDS } from './words';

const DRAWN_MS = 250;

/** A month's report of one stream or of all: looked at, printed, shared by a link, sent by mail. */
@Component({
  selector: 'pb-reports',
  imports: [HelpLink, Icon, Mailing, Paper, Sharing, Sheet, State],
  providers: [Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly appearance = inject(Appearance);
  protected readonly store = inject(Store);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly locale = computed(() => (this.language.code() === 'de' ? 'de-DE' : 'en-GB'));
  protected readonly nameOf = nameOf;
  protected readonly isEmpty = isEmpty;
  protected readonly paper = computed(() => {
    const params = new URLSearchParams({ language: this.language.code() });
    const stream = this.store.stream();
    if (stream !== null) params.set('stream', stream);
    return `/v1/reports/${this.store.month()}/pdf?${params}`;
  });

  protected move(by: number): void {
    this.store.show(shifted(this.store.month(), by));
  }

  /** On paper charts are light as well: they are drawn anew first. */
  protected async print(): Promise<void> {
    const theme = this.appearance.theme();
    this.appearance.theme.set('light');
    await new Promise((drawn) => setTimeout(drawn, DRAWN_MS));
    window.print();
    this.appearance.theme.set(theme);
  }
}
