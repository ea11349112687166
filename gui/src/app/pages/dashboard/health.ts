import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { State } from '../../ui/state';
import { DashboardStore } from './store';

/** What receivers hold against us: authentication, lists, rate limits, by how much and where. */
@Component({
  selector: 'pb-health',
  imports: [Fault, Figure, RouterLink, State],
  template: `
    <pb-figure
      [heading]="words().dashboard.health"
      topic="fault"
      [about]="words().dashboard.healthHint"
      [table]="table()"
      [height]="220"
    >
      @if (store.byProviderLoaded.value() === null || store.byProviderLoaded.problem()) {
        <pb-state [of]="store.byProviderLoaded" />
      } @else {
        <ul>
          @for (row of rows(); track row.category) {
            <li>
              <a routerLink="/responses" [queryParams]="{ category: row.category }" queryParamsHandling="merge">
                <span><pb-fault [category]="row.category" fault="sender" /></span>
                <span class="figure up">{{ language.number(row.count) }}</span>
                <small class="where" [title]="row.where">{{ row.where }}</small>
                <small class="number">{{ store.comparable() ? language.change(row.count, row.before) : '' }}</small>
              </a>
            </li>
          } @empty {
            <li class="nothing">{{ words().dashboard.healthAll }}</li>
          }
        </ul>
      }
    </pb-figure>
  `,
  styleUrl: './lists.scss',
  host: { class: 'short' },
  styles: ':host, pb-figure { height: 100%; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Health {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly rows = computed(() => {
    const cells = this.store.health();
    const categories = [...new Set(cells.map((cell) => cell.category))];
    return categories
      .map((category) => {
        const mine = cells.filter((cell) => cell.category === category).sort((one, other) => other.count - one.count);
        return {
          category,
          count: mine.reduce((sum, cell) => sum + cell.count, 0),
          before: mine.reduce((sum, cell) => sum + cell.before, 0),
          where: mine
            .filter((cell) => cell.count > 0)
            .slice(0, 3)
            .map((cell) => `${cell.provider || this.words().dashboard.noProvider} ${this.language.compact(cell.count)}`)
            .join(' · '),
        };
      })
      .filter((row) => row.count > 0)
      .sort((one, other) => other.count - one.count)
      .slice(0, 5);
  });

  protected readonly table = computed<Table>(() => {
    const { dashboard: words, categories } = this.words();
    return {
      columns: [words.category, words.provider, words.count, words.beforeShort],
      rows: this.store
        .health()
        .map((cell) => [
          categories[cell.category] ?? cell.category,
          cell.provider || words.noProvider,
          cell.count,
          cell.before,
        ]),
    };
  });
}
