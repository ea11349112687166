import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { EChartsCoreOption } from 'echarts/core';

import { Api } from '../../../api/api';
import { thresholds } from '../../../api/functions';
import { Recommendation } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { FAULT_OF } from '../../core/taxonomy';
import { Chart, Ink } from '../../ui/chart';
import { Fault } from '../../ui/fault';
import { Table } from '../../ui/figure';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { curvesOf } from './curves';
import { WORDS } from './words';

const TARGETS = [0.001, 0.005, 0.01, 0.02, 0.05];
const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** From when recipients count as dead: what is stored against what the shipped policy says, and the curves behind it. */
@Component({
  selector: 'pb-thresholds',
  imports: [Chart, Fault, Listing, RouterLink, State],
  templateUrl: './thresholds.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Thresholds {
  private readonly api = inject(Api);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly targets = TARGETS;
  protected readonly target = computed(
    () => TARGETS.find((each) => String(each) === this.filters.all()['target']) ?? 0.01,
  );
  protected readonly found = load(() => this.api.invoke(thresholds, { target: this.target() }));
  protected readonly chosen = computed(() => {
    const items = this.found.value()?.items ?? [];
    return (items.find((each) => each.name === this.filters.all()['of']) ?? items[0])?.name ?? null;
  });
  protected readonly curves = computed(() => curvesOf(this.found.value()?.states ?? [], this.chosen()));

  protected readonly table = computed<Table>(() => {
    const own = this.own();
    return {
      columns: [own.failures, own.daysColumn, own.recipients, own.alive, own.falsely, own.saved],
      rows: (this.found.value()?.states ?? [])
        .filter((state) => state.name === this.chosen())
        .map((each) => [
          each.failures,
          each.days,
          each.recipients,
          this.language.percent(each.alive),
          each.false_suppressions,
          each.saved_sends,
        ]),
    };
  });

  protected readonly drawn = computed(() => {
    const curves = this.curves();
    const own = this.own();
    const target = this.target();
    const percent = (value: number) => this.language.percent(value);
    return (ink: Ink): EChartsCoreOption => ({
      grid: { left: 56, right: 96, top: 16, bottom: 40 },
      tooltip: { trigger: 'axis', valueFormatter: percent },
      xAxis: {
        type: 'value',
        min: 1,
        max: 7,
        interval: 1,
        name: own.failures,
        nameLocation: 'middle',
        nameGap: 26,
        axisLabel: { color: ink('ink-3') },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        min: 0,
        splitLine: { lineStyle: { color: ink('line') } },
        axisLabel: { color: ink('ink-3'), formatter: percent },
      },
      series: curves.map((curve, at) => ({
        type: 'line',
        name: own.days(curve.days),
        data: curve.points,
        symbolSize: 6,
        lineStyle: {
          width: 2,
          type: DASHES[at % DASHES.length],
          color: ink(at < DASHES.length ? 'recipient' : 'domain'),
        },
        itemStyle: { color: ink(at < DASHES.length ? 'recipient' : 'domain') },
        endLabel: { show: true, formatter: '{a}', color: ink('ink-2') },
        labelLayout: { moveOverlap: 'shiftY' },
        ...(at === 0
          ? {
              markLine: {
                symbol: 'none',
                silent: true,
                lineStyle: { color: ink('act'), type: 'solid' },
                label: { formatter: percent(target), color: ink('act'), position: 'insideStartTop' },
                data: [{ yAxis: target }],
              },
            }
          : {}),
      })),
    });
  });

  protected categoryOf({ name }: Recommendation): string {
    return name.split(' ')[0] ?? name;
  }

  protected providerOf({ name }: Recommendation): string {
    return name.split(' ').slice(1).join(' ');
  }

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }
}
