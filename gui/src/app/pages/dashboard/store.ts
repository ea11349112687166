import { DestroyRef, Injectable, computed, effect, inject, signal, untracked } from '@angular/core';

import { Api } from '../../../api/api';
import { campaigns, cost, frequentTemplates, incidents, overview, statistics } from '../../../api/functions';
import { Filters } from '../../core/filters';
import { News } from '../../core/news';
import { load } from '../../ui/load';
import { cellsOf, comparable, layersOf, moversOf, streamsOf, timesOf } from './figures';

/** So long what came in is gathered before everything is asked for again, and so seldom that happens. */
const GATHER_MS = 1000;
const RENEW_MS = 15_000;
/** The same as the server's: longer times are cut into days. */
const HOURLY_SECONDS = 8 * 86_400;

/** Everything the dashboard shows, for the time, stream and provider of the address. */
@Injectable()
export class DashboardStore {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  readonly news = inject(News);
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
  /** Of today, whatever time is shown. */
  readonly cost = load(() => {
    this.tick();
    return this.api.invoke(cost, {});
  });
  readonly campaigns = load(() => this.api.invoke(campaigns, this.asked()));
  readonly incidents = load(() => this.api.invoke(incidents, { limit: 50 }));

  readonly layers = computed(() => layersOf(this.byTime.value()?.items ?? [], this.times()));
  readonly cells = computed(() => {
    const [now, before] = this.byProvider.value() ?? [];
    return cellsOf(now?.items ?? [], before?.items ?? []);
  });
  readonly comparable = computed(() => {
    const { now, before } = this.overview.value() ?? {};
    return comparable(now?.events ?? 0, before?.events ?? 0);
  });
  readonly movers = computed(() => (this.comparable() ? moversOf(this.cells(), 6) : []));
  readonly health = computed(() =>
    this.cells().filter((cell) => cell.fault === 'sender' && cell.count + cell.before > 0),
  );
  readonly streams = computed(() => streamsOf(this.byStream.value()?.items ?? [], this.times()));
  /** The tallies of the streams: hard bounces are counted once for each message. */
  readonly byStreamTallied = computed(
    () => new Map((this.overview.value()?.streams ?? []).map((each) => [each.stream ?? '', each])),
  );
  readonly overTimeLoaded = this.byTime;
  readonly byProviderLoaded = this.byProvider;
  readonly byStreamLoaded = this.byStream;
  /** Nothing was ever recorded: the page shows how to begin. */
  readonly empty = computed(() => this.overview.value()?.newest_input === null);

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const newest = this.news.told()?.newest_input ?? null;
      const shown = untracked(this.overview.value);
      if (shown === null || newest === shown.newest_input || timer !== undefined) return;
      const rest = untracked(this.tick) + RENEW_MS - Date.now();
      timer = setTimeout(
        () => {
          timer = undefined;
          this.tick.set(Date.now());
        },
        Math.max(GATHER_MS, rest),
      );
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  }
}
