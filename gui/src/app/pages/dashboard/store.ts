import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { campaigns, frequentTemplates, incidents, overview, statistics } from '../../../api/functions';
import { Filters } from '../../core/filters';
import { load } from '../../ui/load';
import { cellsOf, layersOf, moversOf, streamsOf, timesOf } from './figures';

/** With less than this share of the events, the time before was not recorded in full. */
const COMPARABLE = 0.2;
const LIVE_MS = 15_000;
/** The same as the server's: longer times are cut into days. */
const HOURLY_SECONDS = 8 * 86_400;

/** Everything the dashboard shows, for the time, stream and provider of the address. */
@Injectable()
export class DashboardStore {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  /** Moves on when there was new input, so that everything is asked for again. */
  private readonly tick = signal(Date.now());

  readonly period = computed(() => this.filters.period(this.tick()));
  readonly step = computed<'hour' | 'day'>(() => (this.period().seconds <= HOURLY_SECONDS ? 'hour' : 'day'));
  private readonly where = computed(() => {
    const { stream, provider } = this.filters.value();
    return { stream: stream ?? undefined, provider: provider ?? undefined };
  });
  private readonly asked = computed(() => {
    const { since, until } = this.period();
    return { since, until, ...this.where() };
  });
  readonly times = computed(() => {
    const { since, until } = this.period();
    return timesOf(since, until, this.step() === 'hour' ? 3600 : 86_400);
  });

  readonly overview = load(() => this.api.invoke(overview, this.asked()));
  private readonly byTime = load(() =>
    this.api.invoke(statistics, { ...this.asked(), by: 'outcome,category,fault', step: this.step() }),
  );
  private readonly byProvider = load(() => {
    const { since, before } = this.period();
    const by = 'outcome,category,fault,provider';
    return Promise.all([
      this.api.invoke(statistics, { ...this.asked(), by }),
      this.api.invoke(statistics, { ...this.where(), since: before, until: since, by }),
    ]);
  });
  private readonly byStream = load(() =>
    this.api.invoke(statistics, { ...this.asked(), by: 'stream,outcome', step: this.step() }),
  );
  readonly templates = load(() => this.api.invoke(frequentTemplates, { ...this.asked(), limit: 8 }));
  readonly campaigns = load(() => this.api.invoke(campaigns, this.asked()));
  readonly incidents = load(() => this.api.invoke(incidents, { limit: 50 }));

  readonly layers = computed(() => layersOf(this.byTime.value()?.items ?? [], this.times()));
  readonly cells = computed(() => {
    const [now, before] = this.byProvider.value() ?? [];
    return cellsOf(now?.items ?? [], before?.items ?? []);
  });
  /** Whether the time before was recorded as well; else nothing can be said about changes. */
  readonly comparable = computed(() => {
    const { now, before } = this.overview.value() ?? {};
    return (before?.events ?? 0) > COMPARABLE * (now?.events ?? 0);
  });
  readonly movers = computed(() => (this.comparable() ? moversOf(this.cells(), 6) : []));
  readonly health = computed(() =>
    this.cells().filter((cell) => cell.fault === 'sender' && cell.count + cell.before > 0),
  );
  readonly streams = computed(() => streamsOf(this.byStream.value()?.items ?? [], this.times()));
  readonly overTimeLoaded = this.byTime;
  readonly byProviderLoaded = this.byProvider;
  readonly byStreamLoaded = this.byStream;
  /** Nothing was ever recorded: the page shows how to begin. */
  readonly empty = computed(() => this.overview.value()?.newest_input === null);

  constructor() {
    const timer = setInterval(() => void this.look(), LIVE_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** Asks whether there is new input, and only then for everything. */
  private async look(): Promise<void> {
    if (document.hidden) return;
    const known = this.overview.value()?.newest_input ?? null;
    const found = await this.api.invoke(overview, this.asked()).catch(() => null);
    if (found !== null && found.newest_input !== known) this.tick.set(Date.now());
  }
}
