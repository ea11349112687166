import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { CampaignSeen } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Chart, Ink, Pointed } from '../../ui/chart';
import { Table } from '../../ui/figure';
import { FAULTS, hueOf } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { State } from '../../ui/state';
import { Layer, shades } from './figures';
import { DashboardStore } from './store';

const MOST_MARKS = 5;

/** Failures by category over time. A stretch that is drawn over becomes the time looked at; a click shows what is there. */
@Component({
  selector: 'pb-over-time',
  imports: [Chart, Icon, RouterLink, State],
  templateUrl: './over-time.html',
  styleUrl: './over-time.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OverTime {
  protected readonly store = inject(DashboardStore);
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  /** Lower where all of the dashboard is to stand on one screen. */
  protected readonly height = window.innerHeight <= 1000 && window.innerWidth >= 1200 ? 112 : 180;
  protected readonly hint = computed(() => {
    const words = this.words().dashboard;
    return `${this.store.step() === 'hour' ? words.perHour : words.perDay} · ${words.dragHint}`;
  });

  /** The faults that occur, with their sums: the legend, and a way to the responses for the keyboard. */
  protected readonly faults = computed(() =>
    FAULTS.map((hue) => {
      const layers = this.store.layers().filter((layer) => hueOf(layer.category, layer.fault) === hue);
      const count = layers.reduce((sum, layer) => sum + layer.total, 0);
      const params = hue === 'unclassified' ? { category: hue } : { fault: hue };
      return { hue, count: this.language.number(count), params, seen: count > 0 };
    }).filter((each) => each.seen),
  );

  protected readonly options = computed(() => {
    const [layers, times] = [this.store.layers(), this.store.times()];
    const incidents = this.store.incidents.value()?.items ?? [];
    const [begin, end] = [times[0] ?? 0, times.at(-1) ?? 0];
    const campaigns = begun(this.store.campaigns.value() ?? [], begin);
    const language = this.language;
    const words = this.words();
    return (ink: Ink) => {
      const colours = shades(layers, ink);
      return {
        grid: { left: 48, right: 12, top: 16, bottom: 22 },
        xAxis: {
          type: 'time',
          min: begin,
          max: end,
          axisLine: { lineStyle: { color: ink('line-strong') } },
          axisLabel: { color: ink('ink-3'), hideOverlap: true, formatter: (time: number) => this.tick(time) },
          splitLine: { show: false },
        },
        yAxis: {
          type: 'value',
          splitNumber: 3,
          axisLabel: { color: ink('ink-3'), formatter: (value: number) => language.compact(value) },
          splitLine: { lineStyle: { color: ink('line') } },
        },
        tooltip: {
          trigger: 'axis',
          backgroundColor: ink('panel'),
          borderColor: ink('line-strong'),
          textStyle: { color: ink('ink'), fontSize: 12 },
          confine: true,
          formatter: (points: { axisValue: number; seriesIndex: number; value: [number, number]; color: string }[]) => {
            const lines = points
              .filter((point) => layers[point.seriesIndex] && point.value[1] > 0)
              .sort((one, other) => other.value[1] - one.value[1])
              .slice(0, 9)
              .map((point) => {
                const name = words.categories[layers[point.seriesIndex]?.category ?? ''] ?? '';
                return `<span style="color:${point.color}">■</span> ${name} <b>${language.number(point.value[1])}</b>`;
              });
            return [language.moment(points[0]?.axisValue), ...lines].join('<br>');
          },
        },
        series: [
          ...layers.map((layer, index) => ({
            type: 'line',
            stack: 'all',
            symbol: 'none',
            lineStyle: { width: 0 },
            areaStyle: {
              color: colours[index],
              opacity: 1,
              ...(layer.category === 'unclassified'
                ? {
                    decal: {
                      symbol: 'rect',
                      dashArrayX: [1, 0],
                      dashArrayY: [2, 4],
                      rotation: -0.8,
                      color: ink('panel'),
                    },
                  }
                : {}),
            },
            itemStyle: { color: colours[index] },
            data: layer.counts.map((count, at) => [times[at], count]),
          })),
          {
            type: 'line',
            data: [],
            markArea: {
              silent: true,
              itemStyle: { color: ink('act'), opacity: 0.16 },
              label: { color: ink('act'), fontSize: 11, position: 'insideTop' },
              data: incidents
                .filter((each) => Date.parse(each.begin ?? '') <= end && (!each.end || Date.parse(each.end) >= begin))
                .map((each) => [
                  {
                    name: `${each.provider ?? ''} ${words.categories[each.category] ?? ''}`,
                    xAxis: Math.max(begin, Date.parse(each.begin ?? '')),
                  },
                  { xAxis: Math.min(end, each.end ? Date.parse(each.end) : end) },
                ]),
            },
            markLine: {
              symbol: ['none', 'triangle'],
              symbolSize: 6,
              lineStyle: { color: ink('line-strong'), type: 'dotted' },
              label: { color: ink('ink-3'), fontSize: 10, formatter: '{b}', distance: 2 },
              data: apart(campaigns, (end - begin) / Math.min(ROOM, window.innerWidth / LABEL_PX)).map(
                ({ campaign, isNamed }) => ({
                  name: campaign.name,
                  xAxis: Date.parse(campaign.first ?? ''),
                  label: { show: isNamed },
                }),
              ),
            },
          },
        ],
      };
    };
  });

  protected readonly table = computed<Table>(() => {
    const layers = this.store.layers();
    return {
      columns: [
        this.words().responses.time,
        ...layers.map((layer) => this.words().categories[layer.category] ?? layer.category),
      ],
      rows: this.store
        .times()
        .map((time, at) => [new Date(time).toISOString(), ...layers.map((layer) => layer.counts[at] ?? 0)]),
    };
  });

  /** What lies under the pointer: the piece of time, and the category whose layer is there. */
  protected pointed([time, height]: Pointed): void {
    const times = this.store.times();
    const size = this.store.step() === 'hour' ? 3_600_000 : 86_400_000;
    const at = times.reduce(
      (best, each, index) => (Math.abs(each - time) < Math.abs((times[best] ?? 0) - time) ? index : best),
      0,
    );
    const layer = layerAt(this.store.layers(), at, height);
    const begin = times[at] ?? time;
    this.filters.go(['/responses'], {
      range: null,
      since: new Date(begin).toISOString(),
      until: new Date(begin + size).toISOString(),
      category: layer?.category ?? null,
    });
  }

  protected zoomed([begin, end]: [number, number]): void {
    this.filters.set({ range: null, since: hour(begin, Math.floor), until: hour(end, Math.ceil) });
  }

  private tick(time: number): string {
    const at = new Date(time);
    return this.store.step() === 'hour' && at.getHours() + at.getMinutes() > 0
      ? this.language.clock(time)
      : this.language.shortDay(time);
  }
}

/** Which layer of the stack a height belongs to; null above all of them. */
export function layerAt(layers: readonly Layer[], at: number, height: number): Layer | null {
  let top = 0;
  for (const layer of layers) {
    top += layer.counts[at] ?? 0;
    if (height <= top) return layer;
  }
  return null;
}

/** So many names of campaigns find room beside each other, and each so much of the window's width. */
const ROOM = 9;
const LABEL_PX = 90;

/** The largest campaigns that began within the time: what ran on from before has no beginning to mark. */
function begun(campaigns: readonly CampaignSeen[], begin: number): CampaignSeen[] {
  return campaigns
    .filter((each) => Date.parse(each.first ?? '') > begin + 86_400_000)
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_MARKS);
}

/** In the order of time; one whose name would lie on that of the one before has no name. */
function apart(campaigns: readonly CampaignSeen[], least: number): { campaign: CampaignSeen; isNamed: boolean }[] {
  let last = -Infinity;
  return campaigns
    .map((campaign) => ({ campaign, at: Date.parse(campaign.first ?? '') }))
    .sort((one, other) => one.at - other.at)
    .map(({ campaign, at }) => {
      const isNamed = at - last >= least;
      last = isNamed ? at : last;
      return { campaign, isNamed };
    });
}

function hour(time: number, round: (value: number) => number): string {
  return new Date(round(time / 3_600_000) * 3_600_000).toISOString();
}
