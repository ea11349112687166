import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { EChartsCoreOption } from 'echarts/core';

import { IncidentRecord } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { FAULT_OF } from '../../core/taxonomy';
import { Toasting } from '../../core/toasting';
import { Chart, Ink } from '../../ui/chart';
import { Table } from '../../ui/figure';
import { Fault } from '../../ui/fault';
import { Listing } from '../../ui/listing';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { Alarms } from './alarms';
import { Held } from './held';
import { Stops } from './stops';
import { Store } from './store';
import { WORDS } from './words';

/** Outage cases with their curve and whom they concern; judged again and taken back; beside them what is wrong. */
@Component({
  selector: 'pb-incidents',
  imports: [Alarms, Chart, Fault, Held, Listing, RouterLink, Sheet, State, Stops],
  providers: [Store],
  templateUrl: './page.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly reason = signal('');

  protected readonly table = computed<Table>(() => {
    const own = this.own();
    return {
      columns: [own.begin, own.failed, own.alive, own.delivered],
      rows: (this.store.incident.value()?.curve ?? []).map((point) => [
        point.time,
        point.failed,
        point.alive,
        point.delivered,
      ]),
    };
  });

  protected readonly lines = [
    { name: 'failed', colour: 'act' },
    { name: 'alive', colour: 'unclassified' },
    { name: 'delivered', colour: 'none' },
  ] as const;

  protected readonly heading = computed(() => {
    const incident = this.store.incident.value();
    return incident === null
      ? (this.store.chosen() ?? '')
      : [
          incident.provider ?? this.words().dashboard.noProvider,
          this.words().categories[incident.category] ?? incident.category,
          this.language.day(incident.begin),
        ].join(' · ');
  });

  protected readonly curve = computed(() => {
    const incident = this.store.incident.value();
    const points = inSteps(incident?.curve ?? []);
    const own = this.own();
    return (ink: Ink): EChartsCoreOption => ({
      useUTC: true,
      grid: { left: 44, right: 12, top: 16, bottom: 24 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'time', axisLabel: { color: ink('ink-3'), hideOverlap: true } },
      yAxis: { type: 'value', splitLine: { lineStyle: { color: ink('line') } }, axisLabel: { color: ink('ink-3') } },
      series: this.lines.map((line, at) => ({
        type: 'line',
        name: own[line.name],
        showSymbol: false,
        // Those that failed though alive are most of those that failed: a thin line on a broad one.
        lineStyle: { color: ink(line.colour), width: line.name === 'failed' ? 5 : 2 },
        ...(at === 0 && incident
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: ink('act'), opacity: 0.08 },
                label: { color: ink('ink-3'), position: 'insideTop', fontSize: 11 },
                data: [
                  [
                    { name: own.whole, xAxis: Date.parse(incident.begin ?? '') },
                    { xAxis: incident.end ? Date.parse(incident.end) : 'max' },
                  ],
                ],
              },
            }
          : {}),
        itemStyle: { color: ink(line.colour) },
        data: points.map((point) => [point.at, point[line.name]]),
      })),
    });
  });

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }

  protected judge(incident: IncidentRecord, verdict: 'outage' | 'real'): Promise<void> {
    return this.tried(this.own().judged, () => this.store.judge(incident.name, verdict, this.reason().trim()));
  }

  protected undo(incident: IncidentRecord): Promise<void> {
    return this.tried(this.own().takenBack, () => this.store.undo(incident.name, this.reason().trim()));
  }

  private async tried(done: string, work: () => Promise<void>): Promise<void> {
    if (await this.toasting.attempt(work)) {
      this.reason.set('');
      this.toasting.show(done);
    }
  }
}

const STEP_MS = 600_000;

/** Every ten minutes of a curve; where nothing came there is no point in the answer, and here a zero. */
function inSteps(curve: IncidentRecord['curve']): { at: number; failed: number; alive: number; delivered: number }[] {
  const known = new Map(curve.map((point) => [Date.parse(point.time ?? ''), point]));
  const times = [...known.keys()];
  if (times.length === 0) return [];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return Array.from({ length: Math.round((last - first) / STEP_MS) + 1 }, (_, step) => {
    const at = first + step * STEP_MS;
    const point = known.get(at);
    return { at, failed: point?.failed ?? 0, alive: point?.alive ?? 0, delivered: point?.delivered ?? 0 };
  });
}
