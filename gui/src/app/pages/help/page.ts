import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { TourState } from '../../core/tour';
import { PAGES } from '../../frame/pages';
import { Icon } from '../../ui/icon';
import { WORDS } from './words';

/** The glossary, and what each page is for. */
@Component({
  selector: 'pb-help',
  imports: [Icon, RouterLink],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly session = inject(Session);
  private readonly language = inject(Language);
  protected readonly tour = inject(TourState);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly pages = computed(() =>
    PAGES.filter((page) => page.path !== '/help' && this.session.may(page.scope)),
  );
}
