import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Language } from '../../core/language';
import { FAULTS, hueOf } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { Icon } from '../../ui/icon';
import { State } from '../../ui/state';
import { Cell, surprise } from './figures';
import { DashboardStore } from './store';

const MOST_CATEGORIES = 12;
const MOST_PROVIDERS = 8;
/** From here on a change is marked: beyond what chance brings in one cell of a hundred. */
const NOTICEABLE = 3;

interface Shown {
  cell: Cell | null;
  figure: string;
  title: string;
  /** Strength of the colour, 0 to 100. */
  depth: number;
  mark: 'up' | 'down' | null;
}

/** Provider by category: a table of links whose cells are shaded, so that it can be read, walked through and copied. */
@Component({
  selector: 'pb-heat-map',
  imports: [Figure, Icon, RouterLink, State],
  templateUrl: './heat-map.html',
  styleUrl: './heat-map.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class HeatMap {
  protected readonly store = inject(DashboardStore);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly choices = ['count', 'share'] as const;
  protected readonly kind = signal<'count' | 'share'>('count');

  protected readonly columns = computed(() => {
    const sums = new Map<string, Cell>();
    for (const cell of this.store.cells()) {
      const sum = sums.get(cell.category) ?? { ...cell, count: 0, before: 0 };
      sum.count += cell.count;
      sums.set(cell.category, sum);
    }
    const rank = (cell: Cell): number => FAULTS.indexOf(hueOf(cell.category, cell.fault) as (typeof FAULTS)[number]);
    return [...sums.values()]
      .filter((cell) => cell.count > 0)
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_CATEGORIES)
      .sort((one, other) => rank(one) - rank(other) || other.count - one.count)
      .map((cell) => ({ category: cell.category, hue: hueOf(cell.category, cell.fault) }));
  });

  protected readonly rows = computed(() => {
    const cells = this.store.cells();
    const providers = [...new Set(cells.map((cell) => cell.provider))];
    const sum = (provider: string): number =>
      cells.reduce((all, cell) => all + (cell.provider === provider ? cell.count : 0), 0);
    const sums = new Map(providers.map((provider) => [provider, sum(provider)]));
    const most = Math.max(1, ...cells.map((cell) => cell.count));
    return providers
      .filter((provider) => sums.get(provider))
      .sort((one, other) => (sums.get(other) ?? 0) - (sums.get(one) ?? 0))
      .slice(0, MOST_PROVIDERS)
      .map((provider) => ({
        provider,
        sum: this.language.compact(sums.get(provider) ?? 0),
        cells: this.columns().map(({ category, hue }) => {
          const cell = cells.find((each) => each.provider === provider && each.category === category) ?? null;
          return { hue, category, ...this.shown(cell, sums.get(provider) ?? 0, most) };
        }),
      }));
  });

  protected readonly hint = computed(() => (this.store.comparable() ? `↑ ↓ ${this.words().dashboard.moversHint}` : ''));

  protected readonly table = computed<Table>(() => {
    const { dashboard: words, categories } = this.words();
    return {
      columns: [words.provider, words.category, words.count, words.beforeShort],
      rows: [...this.store.cells()]
        .sort((one, other) => other.count - one.count)
        .map((cell) => [
          cell.provider || words.noProvider,
          categories[cell.category] ?? cell.category,
          cell.count,
          cell.before,
        ]),
    };
  });

  private shown(cell: Cell | null, sum: number, most: number): Shown {
    if (cell === null || cell.count + cell.before === 0)
      return { cell: null, figure: '', title: '', depth: 0, mark: null };
    const share = cell.count / Math.max(1, sum);
    const strength = this.kind() === 'count' ? Math.sqrt(cell.count / most) : Math.sqrt(share);
    const words = this.words().dashboard;
    return {
      cell,
      figure: this.kind() === 'count' ? this.language.compact(cell.count) : this.language.percent(share),
      title: `${this.language.number(cell.count)} (${this.language.percent(share)}) · ${words.before(this.language.number(cell.before))}`,
      depth: cell.count ? Math.round(8 + strength * 36) : 0,
      mark: !this.store.comparable()
        ? null
        : surprise(cell) > NOTICEABLE
          ? 'up'
          : surprise(cell) < -NOTICEABLE
            ? 'down'
            : null,
    };
  }
}
