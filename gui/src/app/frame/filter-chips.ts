import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Api } from '../../api/api';
import { statistics } from '../../api/functions';
import { Filters, RANGES, Range } from '../core/filters';
import { Language } from '../core/language';
import { Icon } from '../ui/icon';
import { load } from '../ui/load';

/** Time, stream and provider as chips; the campaign only where one is chosen. All of it stands in the address. */
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
  protected readonly words = inject(Language).words;
  protected readonly ranges = RANGES;
  private readonly known = load(() => this.api.invoke(statistics, { by: 'stream,provider', since: '2000-01-01' }));
  protected readonly streams = computed(() => this.names('stream'));
  protected readonly providers = computed(() => this.names('provider'));

  private names(dimension: 'stream' | 'provider'): string[] {
    const names = (this.known.value()?.items ?? []).map((item) => item[dimension]).filter((name) => !!name);
    return [...new Set(names as string[])].sort();
  }

  protected pick(name: string, event: Event): void {
    this.filters.set({ [name]: (event.target as HTMLSelectElement).value || null });
  }

  protected pickRange(event: Event): void {
    this.filters.setRange((event.target as HTMLSelectElement).value as Range);
  }
}
