import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { TemplateShown } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { Fault } from '../../ui/fault';
import { Listing } from '../../ui/listing';
import { Sheet } from '../../ui/sheet';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { Store, WORK, Work } from './store';
import { WORDS } from './words';

/** The work of a deliverability engineer: what is not yet classified, largest first. */
@Component({
  selector: 'pb-templates',
  imports: [Fault, Listing, RouterLink, Sheet, Spark, State, TemplateText],
  providers: [Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly router = inject(Router);
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly work = WORK;

  protected trend(template: TemplateShown): number[] {
    return template.trend.map((day) => day.count);
  }

  protected find(event: Event): void {
    event.preventDefault();
    const search = String(new FormData(event.target as HTMLFormElement).get('search')).trim();
    this.filters.set({ search: search || null, cursor: null });
  }

  protected async mark(template: TemplateShown, work: Work): Promise<void> {
    const before = template.work;
    await this.toasting.attempt(async () => {
      await this.store.mark(template.key, work);
      this.toasting.show(this.own().marked(this.own().work[work] ?? work), async () => {
        await this.toasting.attempt(() => this.store.mark(template.key, before));
      });
    });
  }

  protected makeRule(key: string): Promise<boolean> {
    return this.toasting.attempt(async () => {
      const { draft, rule } = await this.store.makeRule(key);
      await this.router.navigate(['/rules'], { queryParams: { draft, rule } });
      this.toasting.show(this.own().began(rule));
    });
  }
}
