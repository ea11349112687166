import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import type { EChartsCoreOption } from 'echarts/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { Toasting } from '../../core/toasting';
import { DraftBar } from '../../drafting/bar';
import { Effect } from '../../drafting/effect';
import { DraftStore } from '../../drafting/store';
import { Versions } from '../../drafting/versions';
import { Chart, Ink } from '../../ui/chart';
import { Table } from '../../ui/figure';
import { Icon } from '../../ui/icon';
import { PatternField } from '../../ui/pattern-field';
import { Rows } from '../../ui/rows';
import { State } from '../../ui/state';
import { Store } from './store';
import { WORDS } from './words';

/** History rules and presets, changed in the manner of rules; what presets are worth, from the simulator. */
@Component({
  selector: 'pb-policies',
  imports: [Chart, DraftBar, Effect, Icon, PatternField, Rows, State, Versions],
  providers: [DraftStore, Store],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly drafting = inject(DraftStore);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly withVersions = signal(false);
  protected readonly locked = computed(
    () => this.drafting.id() === null || this.store.chosen() !== null || !this.session.may('edit'),
  );
  protected readonly content = computed(() =>
    this.locked() ? (this.store.policy.value()?.content ?? '') : (this.drafting.draft.value()?.content ?? ''),
  );
  /** What is told of the policy: of the text as it stands, where it is being written. */
  protected readonly told = computed(() => this.store.tried() ?? this.store.policy.value());

  protected readonly table = computed<Table>(() => {
    const own = this.own();
    return {
      columns: [own.policy, own.suppressedWrongly, own.withheld, own.found, own.mails],
      rows: (this.store.worth.value()?.policies ?? []).map((each) => [
        each.policy,
        each.suppressed_wrongly_per_10000,
        each.withheld_per_1000,
        each.found,
        each.mails_to_dead,
      ]),
    };
  });

  protected readonly plot = computed(() => {
    const policies = this.store.worth.value()?.policies ?? [];
    const own = this.own();
    return (ink: Ink): EChartsCoreOption => ({
      grid: { left: 64, right: 24, top: 24, bottom: 48 },
      xAxis: {
        name: own.mails,
        nameLocation: 'middle',
        nameGap: 28,
        splitLine: { lineStyle: { color: ink('line') } },
        axisLabel: { color: ink('ink-3') },
      },
      yAxis: {
        name: own.withheld,
        nameTextStyle: { align: 'left' },
        splitLine: { lineStyle: { color: ink('line') } },
        axisLabel: { color: ink('ink-3') },
      },
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'scatter',
          symbolSize: 11,
          itemStyle: { color: ink('recipient') },
          label: { show: true, position: 'right', formatter: '{b}', color: ink('ink-2') },
          labelLayout: { moveOverlap: 'shiftY' },
          data: policies.map((each) => ({ name: each.policy, value: [each.mails_to_dead, each.withheld_per_1000] })),
        },
      ],
    });
  });

  constructor() {
    this.drafting.subject.set('policy');
  }

  protected named(categories: readonly string[]): string {
    return categories.map((name) => this.words().categories[name] ?? name).join(', ');
  }

  protected begin(name: string): Promise<boolean> {
    return this.toasting.attempt(async () => {
      this.filters.set({ policy: null });
      await this.drafting.begin(name, name);
    });
  }

  protected save(): Promise<boolean> {
    return this.toasting.attempt(async () => {
      await this.store.save();
      this.toasting.show(this.own().saved);
    });
  }
}
