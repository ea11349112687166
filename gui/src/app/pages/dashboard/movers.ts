import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { State } from '../../ui/state';
import { Cell } from './figures';
import { DashboardStore } from './store';

/** What changed most against the time before, at which provider. */
@Component({
  selector: 'pb-movers',
  imports: [Fault, RouterLink, State],
  template: `
    <section class="panel" [attr.aria-label]="words().dashboard.movers">
      <header>
        <h2 [title]="words().dashboard.moversHint">{{ words().dashboard.movers }}</h2>
      </header>
      @if (store.byProviderLoaded.value() === null) {
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
    </section>
  `,
  styleUrl: './lists.scss',
  styles: ':host, .panel { display: block; height: 100%; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Movers {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;

  protected change(cell: Cell): string {
    return cell.before === 0 ? this.words().dashboard.new : this.language.change(cell.count, cell.before);
  }
}
