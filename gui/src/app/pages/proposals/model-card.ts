import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { modelCard } from '../../../api/functions';
import { Language } from '../../core/language';
import { FAULT_OF } from '../../core/taxonomy';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { load } from '../../ui/load';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** Figures that are shares of 1; the others are counts or plain numbers. */
const SHARES = new Set(['accuracy', 'fault', 'decided', 'decided_accuracy', 'accuracy_at_06', 'calibration_error']);

/** What the text model was made of, and how good it is: its card. */
@Component({
  selector: 'pb-model-card',
  imports: [Fault, Figure, State],
  template: `<p class="quiet prose">{{ own().modelIntro }}</p>
    <pb-state [of]="card" />
    @if (card.value()) {
      <section class="panel body">
        <dl class="facts">
          @for (fact of facts(); track fact.name) {
            <dt>{{ fact.name }}</dt>
            <dd class="mono">{{ fact.value }}</dd>
          }
        </dl>
      </section>
      <pb-figure [heading]="own().figures" [table]="figures()" [isTable]="true">
        <table class="list">
          <tbody>
            @for (row of figures().rows; track row[0]) {
              <tr>
                <th scope="row">{{ row[0] }}</th>
                <td class="number">{{ row[1] }}</td>
              </tr>
            }
          </tbody>
        </table>
      </pb-figure>
      <pb-figure [heading]="own().confidence" [table]="confidence()" [isTable]="true">
        <table class="list">
          <tbody>
            @for (each of thresholds(); track each[0]) {
              <tr>
                <td><pb-fault [category]="each[0]" [fault]="faultOf(each[0])" /></td>
                <td class="bar">
                  <i [style.width.%]="each[1] * 100" [style.background]="'var(--' + faultOf(each[0]) + ')'"></i>
                </td>
                <td class="number">{{ language.percent(each[1]) }}</td>
              </tr>
            }
          </tbody>
        </table>
      </pb-figure>
    }`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ModelCard {
  private readonly api = inject(Api);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly card = load(() => this.api.invoke(modelCard));
  protected readonly facts = computed(() =>
    Object.entries(this.own().facts).map(([key, name]) => ({ name, value: this.written(this.card.value()?.[key]) })),
  );
  protected readonly figures = computed<Table>(() => {
    const measured = (this.card.value()?.['evaluation'] ?? {}) as Record<string, number>;
    return {
      columns: [this.own().figures, this.own().value],
      rows: Object.entries(measured).map(([name, value]) => [
        this.own().figure[name] ?? name,
        SHARES.has(name)
          ? this.language.percent(value)
          : Number.isInteger(value)
            ? this.language.number(value)
            : this.language.figure(value),
      ]),
    };
  });
  protected readonly thresholds = computed(() =>
    Object.entries((this.card.value()?.['thresholds'] ?? {}) as Record<string, number>).sort((a, b) => b[1] - a[1]),
  );
  protected readonly confidence = computed<Table>(() => ({
    columns: [this.own().category, this.own().confidence],
    rows: this.thresholds(),
  }));

  protected faultOf(category: string): string {
    return category === 'unclassified' ? category : (FAULT_OF[category] ?? 'none');
  }

  private written(value: unknown): string {
    if (typeof value !== 'number') return String(value ?? '–');
    return Number.isInteger(value) ? this.language.number(value) : this.language.figure(value);
  }
}
