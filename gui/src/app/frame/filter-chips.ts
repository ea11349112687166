import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';

import { Api } from '../../api/api';
import { campaigns, statistics } from '../../api/functions';
import { Filters, RANGES, Range } from '../core/filters';
import { Language } from '../core/language';
import { Icon } from '../ui/icon';
import { load } from '../ui/load';
import { Chip } from './pages';

const MOST_CAMPAIGNS = 50;

/** Time, stream, provider and campaign as chips, as far as a page hears of them. All of it stands in the address. */
@Component({
  selector: 'pb-filter-chips',
  imports: [Icon],
  templateUrl: './filter-chips.html',
  styleUrl: './filter-chips.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterChips {
  private readonly api = inject(Api);
  protected readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  readonly shown = input.required<readonly Chip[]>();
  protected readonly ranges = RANGES;
  private readonly known = load(() => this.api.invoke(statistics, { by: 'stream,provider', since: '2000-01-01' }));

  private readonly seen = load(() => {
    if (!this.shown().includes('campaign')) return null;
    const { since, until } = this.filters.period();
    const { stream, provider } = this.filters.value();
    return this.api.invoke(campaigns, { since, until, stream, provider });
  });
  /** The largest of the time; what is chosen already is always among them. */
  private readonly campaigns = computed(() => {
    const found = [...(this.seen.value() ?? [])].sort((one, other) => other.count - one.count).slice(0, MOST_CAMPAIGNS);
    const chosen = this.filters.value().campaign;
    return [...new Set([...(chosen ? [chosen] : []), ...found.map((each) => each.name).sort()])];
  });
  protected readonly choices = computed(() =>
    (['stream', 'provider', 'campaign'] as const)
      .filter((name) => this.shown().includes(name))
      .map((name) => ({ name, options: name === 'campaign' ? this.campaigns() : this.names(name) }))
      .filter(({ name, options }) => name !== 'campaign' || options.length > 0),
  );
  protected readonly isWrong = signal(false);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('own');
  protected readonly custom = computed(() => {
    const { range } = this.filters.value();
    const { since, until } = this.filters.period();
    return range === 'custom'
      ? `${this.language.shortDay(since)} – ${this.language.shortDay(until)}`
      : this.words().filters.ranges['custom'];
  });

  private names(dimension: 'stream' | 'provider'): string[] {
    const names = (this.known.value()?.items ?? []).map((item) => item[dimension]).filter((name) => !!name);
    return [...new Set(names as string[])].sort();
  }

  protected pick(name: string, event: Event): void {
    this.filters.set({ [name]: (event.target as HTMLSelectElement).value || null });
  }

  protected pickRange(event: Event): void {
    const field = event.target as HTMLSelectElement;
    if (field.value !== 'custom') {
      this.filters.setRange(field.value as Range);
      return;
    }
    // The chip goes on showing what holds until another time is chosen.
    field.value = this.filters.value().range;
    this.isWrong.set(false);
    this.dialog().nativeElement.showModal();
  }

  /** A click beside the dialog closes it. (What a listener returns matters: `false` would keep the form from being sent.) */
  protected leave(event: Event): void {
    const dialog = this.dialog().nativeElement;
    if (event.target === dialog) dialog.close();
  }

  /** The value of a field for date and time. */
  protected local(time: string): string {
    return time.slice(0, 16);
  }

  protected choose(event: Event, from: string, to: string): void {
    event.preventDefault();
    if (from >= to) {
      this.isWrong.set(true);
      return;
    }
    this.dialog().nativeElement.close();
    this.filters.set({ range: null, since: `${from}:00.000Z`, until: `${to}:00.000Z` });
  }
}
