import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Api } from '../../../api/api';
import { labellingQueue } from '../../../api/functions';
import { Question } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { FAULT_OF } from '../../core/taxonomy';
import { Fault } from '../../ui/fault';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

const MOST = 50;

/** What the model asks: texts about which it doubts, the most helpful first. */
@Component({
  selector: 'pb-labelling-queue',
  imports: [Fault, Listing],
  template: `<section class="panel">
    <p class="intro quiet prose">{{ own().queueIntro }}</p>
    <pb-listing [of]="queue" [empty]="own().noQueue">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{{ own().text }}</th>
            <th scope="col" class="number">{{ own().support }}</th>
            <th scope="col" class="number wide">{{ own().doubt }}</th>
            <th scope="col" class="number wide" [title]="own().helpHint">{{ own().help }}</th>
            <th scope="col" class="wide">{{ own().guesses }}</th>
          </tr>
        </thead>
        <tbody>
          @for (each of queue.value()?.items ?? []; track each.template; let first = $first) {
            <tr data-row [tabindex]="first ? 0 : -1" [title]="own().open" (click)="open(each)">
              <td class="mono text">{{ each.text }}</td>
              <td class="number">{{ language.compact(each.responses) }}</td>
              <td class="number wide">{{ language.percent(each.doubt) }}</td>
              <td class="number wide">{{ language.compact(each.help) }}</td>
              <td class="wide">
                <span class="guesses">
                  @for (guess of guessesOf(each); track guess[0]) {
                    <span class="row">
                      <pb-fault [category]="guess[0]" [fault]="faultOf(guess[0])" />
                      <span class="figure">{{ language.percent(guess[1]) }}</span>
                    </span>
                  }
                </span>
              </td>
            </tr>
          }
        </tbody>
      </table>
    </pb-listing>
  </section>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LabellingQueue {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly queue = load(() => this.api.invoke(labellingQueue, { limit: MOST }));

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }

  protected guessesOf(question: Question): [string, number][] {
    return Object.entries(question.guesses);
  }

  protected open({ template }: Question): void {
    this.filters.go(['/templates'], { template, work: 'all', section: null });
  }
}
