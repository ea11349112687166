import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { Icon } from '../../ui/icon';
import { State } from '../../ui/state';
import { DashboardStore } from './store';

/** The incidents that go on: what the outage shield has found, and how many recipients it holds. */
@Component({
  selector: 'pb-open-incidents',
  imports: [Icon, RouterLink, State],
  template: `
    <section class="panel" [attr.aria-label]="words().dashboard.incidents">
      <header>
        <h2>{{ words().dashboard.incidents }}</h2>
        <a class="all" routerLink="/incidents" queryParamsHandling="preserve">{{ words().dashboard.all }}</a>
      </header>
      @if (store.incidents.value() === null) {
        <pb-state [of]="store.incidents" [lines]="3" />
      } @else {
        <ul>
          @for (each of open(); track each.name) {
            <li>
              <a
                routerLink="/responses"
                [queryParams]="{
                  category: each.category,
                  provider: each.provider,
                  since: each.begin,
                  until: null,
                  range: null,
                }"
                queryParamsHandling="merge"
              >
                <strong class="act"
                  ><pb-icon name="signal" [size]="14" /> {{ each.provider ?? words().dashboard.noProvider }}</strong
                >
                <span class="figure">{{ language.number(each.recipients) }}</span>
                <small>{{ words().categories[each.category] }}, {{ language.relative(each.begin) }}</small>
                <small class="number">{{ words().dashboard.held }}</small>
              </a>
            </li>
          } @empty {
            <li class="nothing">{{ words().dashboard.noIncidents }} {{ past() }}</li>
          }
        </ul>
      }
    </section>
  `,
  styleUrl: './lists.scss',
  styles: ':host, .panel { display: block; height: 100%; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OpenIncidents {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  private readonly all = computed(() => this.store.incidents.value()?.items ?? []);
  protected readonly open = computed(() => this.all().filter((each) => !each.end));
  protected readonly past = computed(() => {
    const last = this.all().find((each) => each.end);
    return last ? this.words().dashboard.lastIncident(last.provider ?? '', this.language.day(last.begin)) : '';
  });
}
