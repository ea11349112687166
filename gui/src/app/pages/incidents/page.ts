import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import type { EChartsCoreOption } from 'echarts/core';

import { IncidentRecord } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { problemOf } from '../../core/problem';
import { Session } from '../../core/session';
import { FAULT_OF } from '../../core/taxonomy';
import { Toasting } from '../../core/toasting';
import { Chart, Ink, Table } from '../../ui/chart';
import { Fault } from '../../ui/fault';
import { Rows } from '../../ui/rows';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { Store } from './store';
import { WORDS } from './words';

/** Outage cases with their curve; judged again and taken back; beside them what is wrong now. */
@Component({
  selector: 'pb-incidents',
  imports: [Chart, Fault, Rows, Sheet, State],
  providers: [Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
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

  protected readonly curve = computed(() => {
    const points = this.store.incident.value()?.curve ?? [];
    const own = this.own();
    return (ink: Ink): EChartsCoreOption => {
      const line = (name: string, colour: string, values: (number | null)[]) => ({
        type: 'line',
        name,
        showSymbol: false,
        lineStyle: { color: ink(colour), width: 2 },
        itemStyle: { color: ink(colour) },
        data: points.map((point, at) => [Date.parse(point.time ?? ''), values[at] ?? null]),
      });
      return {
        grid: { left: 44, right: 12, top: 16, bottom: 24 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'time', axisLabel: { color: ink('ink-3'), hideOverlap: true } },
        yAxis: { type: 'value', splitLine: { lineStyle: { color: ink('line') } }, axisLabel: { color: ink('ink-3') } },
        series: [
          line(
            own.failed,
            'act',
            points.map((point) => point.failed),
          ),
          line(
            own.alive,
            'sender',
            points.map((point) => point.alive),
          ),
          line(
            own.delivered,
            'none',
            points.map((point) => point.delivered),
          ),
        ],
      };
    };
  });

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }

  protected judge(incident: IncidentRecord, verdict: 'outage' | 'real'): Promise<void> {
    return this.tried(() => this.store.judge(incident.name, verdict, this.reason().trim()));
  }

  protected undo(incident: IncidentRecord): Promise<void> {
    return this.tried(() => this.store.undo(incident.name, this.reason().trim()));
  }

  private async tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.reason.set('');
      this.toasting.show(this.own().judged);
    } catch (error) {
      this.toasting.problem(problemOf(error).detail);
    }
  }
}
