import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { BeginState } from '../../core/begin';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { News } from '../../core/news';
import { State } from '../../ui/state';
import { Begin } from '../begin/begin';
import { EmptyStore } from './empty';
import { Health } from './health';
import { HeatMap } from './heat-map';
import { OpenIncidents } from './incidents';
import { Movers } from './movers';
import { OverTime } from './over-time';
import { DashboardStore } from './store';
import { Streams } from './streams';
import { Tiles } from './tiles';
import { TopTemplates } from './top-templates';

/** What fails, where, since when, and whether somebody must act. */
@Component({
  selector: 'pb-dashboard',
  imports: [Begin, EmptyStore, Health, HeatMap, Movers, OpenIncidents, OverTime, State, Streams, Tiles, TopTemplates],
  providers: [News, DashboardStore],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  protected readonly store = inject(DashboardStore);
  protected readonly begin = inject(BeginState);
  protected readonly filters = inject(Filters);
  protected readonly words = inject(Language).words;
  protected readonly quiet = computed(() => this.store.overview.value()?.now.events === 0);
}
