import { ChangeDetectionStrategy, Component, ElementRef, afterRenderEffect, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { BeginState } from '../../core/begin';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { TourState } from '../../core/tour';
import { PAGES } from '../../frame/pages';
import { Icon } from '../../ui/icon';
import { TERMS, TERMS_OF, WORDS } from './words';

/** What each page is for and how it is used, and the glossary; a "?" elsewhere leads to one place of it. */
@Component({
  selector: 'pb-help',
  imports: [Icon, RouterLink],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly router = inject(Router);
  private readonly begin = inject(BeginState);
  private readonly session = inject(Session);
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly tour = inject(TourState);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  /** The page or word that was asked for. */
  protected readonly topic = computed(() => this.filters.all()['topic'] ?? null);
  protected readonly terms = computed(() =>
    TERMS.map((key, at) => ({ key, name: this.own().terms[at]?.[0] ?? key, text: this.own().terms[at]?.[1] ?? '' })),
  );
  protected readonly pages = computed(() =>
    PAGES.filter((page) => page.path !== '/help' && this.session.may(page.scope)),
  );

  constructor() {
    afterRenderEffect(() => {
      const topic = this.topic();
      this.pages();
      const place = topic ? this.host.nativeElement.querySelector<HTMLElement>(`#topic-${CSS.escape(topic)}`) : null;
      place?.scrollIntoView({ block: 'center' });
      place?.focus({ preventScroll: true });
    });
  }

  /** Shows the first steps again, on the dashboard. */
  protected firstSteps(): void {
    this.begin.again();
    void this.router.navigate(['/dashboard'], { queryParamsHandling: 'preserve' });
  }

  /** Words of the glossary that belong to a page. */
  protected termsOf(page: string): { key: string; name: string }[] {
    const wanted = TERMS_OF[page] ?? [];
    return this.terms().filter((term) => wanted.includes(term.key));
  }
}
