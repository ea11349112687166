import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { NgxEchartsDirective, provideEchartsCore } from 'ngx-echarts';

import { Appearance } from '../core/appearance';
import { Language } from '../core/language';
import { Figure, Table } from './figure';

/** Values of both axes under the pointer. */
export type Pointed = [number, number];

const SHORTEST_BRUSH_MS = 3_600_000;
const CLICK_PIXELS = 4;

/** Colours of the palette as they are now; canvas and SVG of charts cannot read CSS variables. */
export type Ink = (name: string) => string;

/** A chart with its heading, a table of the same values, and a download. */
@Component({
  selector: 'pb-chart',
  imports: [NgxEchartsDirective, Figure],
  providers: [provideEchartsCore({ echarts: () => import('./echarts').then((m) => m.echarts) })],
  templateUrl: './chart.html',
  styles: ':host { display: block; min-width: 0; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Chart {
  readonly heading = input.required<string>();
  readonly hint = input('');
  readonly about = input('');
  readonly height = input(260);
  readonly options = input.required<(ink: Ink) => EChartsCoreOption>();
  readonly table = input.required<Table>();
  /** Drawing over a stretch of time chooses it (`zoomed`); a click tells where it was (`pointed`). */
  readonly brush = input(false);
  readonly clicked = output<ChartClick>();
  readonly pointed = output<Pointed>();
  readonly zoomed = output<[number, number]>();

  private readonly appearance = inject(Appearance);
  protected readonly words = inject(Language).words;
  protected readonly drawn = computed<EChartsCoreOption>(() => {
    this.appearance.isDark();
    const style = getComputedStyle(document.documentElement);
    const ink: Ink = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      animation: false,
      textStyle: { fontFamily: 'Inter Variable, sans-serif', color: ink('ink-2') },
      tooltip: {
        backgroundColor: ink('panel'),
        borderColor: ink('line-strong'),
        textStyle: { color: ink('ink'), fontSize: 12 },
        confine: true,
      },
      aria: { enabled: false },
      ...(this.brush()
        ? {
            toolbox: { show: false },
            brush: {
              toolbox: [],
              xAxisIndex: 0,
              brushStyle: { color: ink('selected'), borderColor: ink('accent'), opacity: 0.6 },
            },
          }
        : {}),
      ...this.options()(ink),
    };
  });

  protected ready(chart: ECharts): void {
    if (!this.brush()) return;
    const aim = (): void =>
      chart.dispatchAction({
        type: 'takeGlobalCursor',
        key: 'brush',
        brushOption: { brushType: 'lineX', brushMode: 'single' },
      });
    chart.on('finished', aim);
    chart.on('brushEnd', (event) => {
      const range = (event as { areas?: { coordRange?: [number, number] }[] }).areas?.[0]?.coordRange;
      chart.dispatchAction({ type: 'brush', areas: [] });
      if (range && range[1] - range[0] >= SHORTEST_BRUSH_MS) this.zoomed.emit(range);
    });
    let down = 0;
    const canvas = chart.getZr();
    canvas.on('mousedown', (event) => {
      down = event.offsetX;
    });
    canvas.on('click', (event) => {
      const place = [event.offsetX, event.offsetY];
      if (Math.abs(event.offsetX - down) < CLICK_PIXELS && chart.containPixel('grid', place)) {
        this.pointed.emit(chart.convertFromPixel({ gridIndex: 0 }, place) as Pointed);
      }
    });
  }
}

export interface ChartClick {
  name?: string;
  seriesName?: string;
  value?: unknown;
  data?: unknown;
  dataType?: string;
}
