import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { State } from '../../ui/state';
import { Cell } from './figures';
import { DashboardStore } from './store';

/** What changed most against the time before, at which provider. */
@Component({
  selector: 'pb-movers',
  imports: [Fault, Figure, RouterLink, State],
  template: `
    <pb-figure
      [heading]="words().dashboard.movers"
      [about]="words().dashboard.moversHint"
      [table]="table()"
      [height]="220"
    >
      @if (store.byProviderLoaded.value() === null || store.byProviderLoaded.problem()) {
        <pb-state [of]="store.byProviderLoaded" />
      } @else {
        <ul>
          @for (cell of store.movers(); track cell.provider + cell.category) {
            <li>
              <a
                routerLink="/responses"
                [queryParams]="{ category: cell.category, provider: cell.provider || null }"
                queryParamsHandling="merge"
              >
                <span><pb-fault [category]="cell.category" [fault]="cell.fault" /></span>
                <span class="figure up">{{ change(cell) }}</span>
                <small>{{ cell.provider || words().dashboard.noProvider }}</small>
                <small class="number">{{ language.compact(cell.before) }} → {{ language.compact(cell.count) }}</small>
              </a>
            </li>
          } @empty {
            <li class="nothing">
              {{ store.comparable() ? words().dashboard.steady : words().dashboard.notComparable }}
            </li>
          }
        </ul>
      }
    </pb-figure>
  `,
  styleUrl: './lists.scss',
  styles: ':host, pb-figure { height: 100%; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Movers {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;

  protected readonly table = computed<Table>(() => {
    const { dashboard: words, categories } = this.words();
    return {
      columns: [words.category, words.provider, words.count, words.beforeShort, words.change],
      rows: this.store
        .movers()
        .map((cell) => [
          categories[cell.category] ?? cell.category,
          cell.provider || words.noProvider,
          cell.count,
          cell.before,
          this.change(cell),
        ]),
    };
  });

  protected change(cell: Cell): string {
    return cell.before === 0 ? this.words().dashboard.new : this.language.change(cell.count, cell.before);
  }
}
