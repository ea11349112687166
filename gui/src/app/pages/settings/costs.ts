import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import type { EChartsCoreOption } from 'echarts/core';

import { Api } from '../../../api/api';
import { cost } from '../../../api/functions';
import { CostNow } from '../../../api/models';
import { Language } from '../../core/language';
import { Chart, Ink } from '../../ui/chart';
import { Table } from '../../ui/figure';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS } from './words';

const MILLION = 1_000_000;

/** One part of a bill. */
export interface Part {
  name: 'delivered' | 'others' | 'standing';
  events: number | null;
  euros: number;
}

/** What a bill is made of, the largest part first. */
export function partsOf({ delivered, others, standing, rates }: CostNow): Part[] {
  const all: Part[] = [
    { name: 'delivered', events: delivered, euros: (delivered / MILLION) * rates.million_delivered },
    { name: 'others', events: others, euros: (others / MILLION) * rates.million_others },
    { name: 'standing', events: null, euros: standing },
  ];
  return all.sort((one, other) => other.euros - one.euros);
}

/** What the counted events cost as cloud functions: today, this month, what a month costs, and what dominates. */
@Component({
  selector: 'pb-costs',
  imports: [Chart, State],
  templateUrl: './costs.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Costs {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly since = monthBegin(new Date());
  protected readonly today = load(() => this.api.invoke(cost, {}));
  protected readonly month = load(() => this.api.invoke(cost, { since: this.since }));
  protected readonly parts = computed(() => {
    const month = this.month.value();
    return month === null ? [] : partsOf(month);
  });
  protected readonly dominates = computed(() => {
    const [first] = this.parts();
    const euros = this.month.value()?.euros ?? 0;
    if (first === undefined || euros === 0) return null;
    return this.own().costs.dominates(this.own().costs.parts[first.name], this.language.percent(first.euros / euros));
  });

  protected readonly table = computed<Table>(() => {
    const own = this.own().costs;
    const euros = this.month.value()?.euros ?? 0;
    return {
      columns: [own.part, own.events, own.euros, own.share],
      rows: this.parts().map((each) => [
        own.parts[each.name],
        each.events,
        this.language.euros(each.euros),
        this.language.percent(euros === 0 ? 0 : each.euros / euros),
      ]),
    };
  });

  protected readonly drawn = computed(() => {
    const own = this.own().costs;
    const shown = [...this.parts()].reverse();
    const euros = (value: number) => this.language.euros(value);
    return (ink: Ink): EChartsCoreOption => ({
      grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: 'item', valueFormatter: euros },
      xAxis: { type: 'value', min: 0, show: false },
      yAxis: {
        type: 'category',
        data: shown.map((each) => own.parts[each.name]),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: ink('ink-2') },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 22,
          data: shown.map((each) => each.euros),
          itemStyle: { color: ink('transport') },
          label: {
            show: true,
            position: 'right',
            color: ink('ink'),
            formatter: ({ value }: { value: number }) => euros(value),
          },
        },
      ],
    });
  });
}

/** The first moment of a month in UTC. */
function monthBegin(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)).toISOString();
}
