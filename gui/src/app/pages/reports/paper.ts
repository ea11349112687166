import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Report, Sums } from '../../../api/models';
import { ALARM_WORDS } from '../../core/alarm-words';
import { Language } from '../../core/language';
import { Chart, Ink } from '../../ui/chart';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { Icon } from '../../ui/icon';
import { dayOf, nameOf, pointsOf, shifted } from './months';
import { WORDS } from './words';

/** Whether nothing came in in the month. */
export function isEmpty({ now, causes }: Report): boolean {
  return !now.final && !now.deferred && causes.every((each) => !each.count);
}

interface Tile {
  name: string;
  value: string;
  notes: string[];
  alarm: boolean;
}

/** What stands on the paper: the verdict, figures, the course of a month, causes, providers, what was done. */
@Component({
  selector: 'pb-report-paper',
  imports: [Chart, Fault, Figure, Icon],
  templateUrl: './paper.html',
  styleUrl: './paper.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Paper {
  readonly report = input.required<Report>();
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  private readonly alarms = this.language.of(ALARM_WORDS);
  private readonly locale = computed(() => (this.language.code() === 'de' ? 'de-DE' : 'en-GB'));

  /** The label of the limit stands above its line where there is no room beside it. */
  private readonly isNarrow = window.innerWidth <= 760;

  protected readonly isEmpty = computed(() => isEmpty(this.report()));
  protected readonly heading = computed(
    () => `${nameOf(this.report().month, this.locale())} · ${this.report().stream ?? this.own().all}`,
  );
  private readonly earlier = computed(() => nameOf(shifted(this.report().month, -1), this.locale()));
  private readonly limit = computed(() =>
    this.report().csa_limit.toLocaleString(this.locale(), { style: 'percent', minimumFractionDigits: 1 }),
  );

  protected readonly verdict = computed(() => {
    const { worst, days_over } = this.report();
    if (!worst) return this.own().noDays;
    const date = dayOf(worst.date, this.locale());
    const rate = this.language.percent(worst.hard_rate);
    return days_over
      ? this.own().over(days_over, this.limit(), date, rate)
      : this.own().notOver(this.limit(), date, rate);
  });

  protected readonly tiles = computed<Tile[]>(() => {
    const { now, before, comparable, days, days_over } = this.report();
    const own = this.own();
    const number = (value: number | undefined): string => this.language.number(value ?? 0);
    const rate = (name: string, part: number | undefined, share: Sums['hard_rate'], was: Sums['hard_rate']): Tile => ({
      name,
      value: this.language.percent(share ?? null),
      notes: [
        own.of(number(part), number(now.final)),
        ...(comparable && share != null && was != null
          ? [own.points(pointsOf(share - was, this.locale()), this.earlier())]
          : []),
      ],
      alarm: false,
    });
    const words = this.words().dashboard;
    return [
      {
        name: own.final,
        value: number(now.final),
        notes: [comparable ? own.before(this.earlier(), number(before.final)) : own.notComparable(this.earlier())],
        alarm: false,
      },
      rate(words.bounceRate, now.bounced, now.bounce_rate, before.bounce_rate),
      rate(words.hardRate, now.hard, now.hard_rate, before.hard_rate),
      {
        name: own.daysOver,
        value: number(days_over),
        notes: [own.ofDays(number(days.filter((day) => !day.few).length)), own.limit(this.limit())],
        alarm: days_over > 0,
      },
    ];
  });

  protected readonly options = computed(() => {
    const { days, csa_limit } = this.report();
    const own = this.own();
    const percent = (share: number): string => this.language.percent(share);
    const limit = own.limit(this.limit());
    const highest = Math.max(csa_limit, ...days.filter((day) => !day.few).map((day) => day.hard_rate ?? 0)) * 1.05;
    return (ink: Ink) => ({
      grid: { left: 52, right: this.isNarrow ? 12 : 122, top: 18, bottom: 22 },
      xAxis: {
        type: 'category',
        data: days.map((day) => String(Number(day.date.slice(-2)))),
        axisLine: { lineStyle: { color: ink('line-strong') } },
        axisTick: { show: false },
        axisLabel: { color: ink('ink-3'), hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: highest,
        splitNumber: 3,
        axisLabel: {
          color: ink('ink-3'),
          showMaxLabel: false,
          formatter: (value: number) => this.language.axisPercent(value),
        },
        splitLine: { lineStyle: { color: ink('line') } },
      },
      tooltip: {
        trigger: 'axis',
        backgroundColor: ink('panel'),
        borderColor: ink('line-strong'),
        textStyle: { color: ink('ink'), fontSize: 12 },
        confine: true,
        formatter: ([point]: { dataIndex: number }[]) => {
          const day = days[point?.dataIndex ?? 0];
          if (!day) return '';
          const base = own.of(this.language.number(day.hard), this.language.number(day.final));
          const mark = day.few ? own.few : day.over ? own.overLimit : own.within;
          return `${dayOf(day.date, this.locale())}<br><b>${percent(day.hard_rate ?? NaN)}</b> ${base}<br>${mark}`;
        },
      },
      series: [
        {
          type: 'bar',
          barWidth: '68%',
          data: days.map((day) => ({
            value: day.hard_rate,
            itemStyle: day.few
              ? { color: 'transparent', borderColor: ink('line-strong'), borderWidth: 1 }
              : { color: day.over ? ink('act') : ink('recipient') },
          })),
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: ink('ink'), type: 'dashed', width: 1.5 },
            label: {
              formatter: limit,
              position: this.isNarrow ? 'insideEndTop' : 'end',
              color: ink('ink'),
              fontWeight: 600,
            },
            data: [{ yAxis: csa_limit }],
          },
        },
      ],
    });
  });

  protected readonly dayTable = computed<Table>(() => ({
    columns: [this.own().day, this.own().final, this.words().dashboard.hard, this.words().dashboard.hardRate, ''],
    rows: this.report().days.map((day) => [
      day.date,
      day.final,
      day.hard,
      this.language.percent(day.hard_rate),
      day.few ? this.own().few : day.over ? this.own().overLimit : '',
    ]),
  }));

  protected readonly causeTable = computed<Table>(() => ({
    columns: [this.own().cause, this.own().fault, this.own().reports, this.own().part, this.own().previous],
    rows: this.report().causes.map((each) => [
      this.words().categories[each.category] ?? each.category,
      this.words().faults[each.fault] ?? each.fault,
      each.count,
      this.language.percent(each.share),
      each.before,
    ]),
  }));

  protected readonly providerTable = computed<Table>(() => {
    const { dashboard } = this.words();
    return {
      columns: [this.own().provider, this.own().final, dashboard.bounceRate, dashboard.hardRate, this.own().previous],
      rows: this.report().providers.map((each) => [
        each.provider ?? this.own().others,
        each.now.final ?? 0,
        this.language.percent(each.now.bounce_rate ?? null),
        this.language.percent(each.now.hard_rate ?? null),
        this.was(each.before.hard_rate),
      ]),
    };
  });

  protected readonly decisions = computed(() => {
    const { decided, decided_before, suppressed_for } = this.report();
    const [words, own] = [this.words().dashboard, this.own()];
    const rows = (
      [
        [words.suppressed, 'suppressed'],
        [own.paused, 'paused'],
        [words.revived, 'revived'],
        [own.released, 'released'],
      ] as const
    ).map(([name, field]) => ({
      name,
      now: decided[field] ?? 0,
      before: decided_before[field] ?? (0 as number | null),
    }));
    const causes = suppressed_for.map((each) => ({
      name: `${own.suppressedFor}: ${each.category ? (this.words().categories[each.category] ?? each.category) : own.otherReason}`,
      now: each.count,
      before: null,
    }));
    return [...rows, ...causes];
  });

  protected readonly decisionTable = computed<Table>(() => ({
    columns: [this.own().decisions, this.own().value, this.own().previous],
    rows: this.decisions().map((each) => [each.name, each.now, each.before]),
  }));

  /** Publications, outages and alarms, in the order of time. */
  protected readonly done = computed(() => {
    const { steps, incidents, alarms } = this.report();
    const own = this.own();
    const happened = [
      ...steps.map((each) => ({
        time: each.time,
        text: `${each.subject === 'rules' ? own.rules(each.number) : own.policy(each.number)}${each.title ? `: ${each.title}` : ''}`,
      })),
      ...incidents.map((each) => ({
        time: each.begin,
        text: own.outage(
          each.provider ?? own.others,
          this.words().categories[each.category] ?? each.category,
          this.language.number(each.failed),
        ),
      })),
    ].sort((one, other) => (one.time ?? '').localeCompare(other.time ?? ''));
    const raised = alarms.map((each) => ({
      time: null,
      text: `${this.language.number(each.count)} × ${this.alarms()[each.kind] ?? each.kind}`,
    }));
    return [...happened, ...raised];
  });

  /** A rate of the month before, where it was recorded in full. */
  protected was(rate: number | null | undefined): string {
    return this.language.percent(this.report().comparable ? (rate ?? null) : null);
  }

  protected change(now: number, before: number | null): string {
    return before === null || !this.report().comparable ? '–' : this.language.change(now, before);
  }
}
