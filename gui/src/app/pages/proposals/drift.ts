import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Params, RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { readDrift } from '../../../api/functions';
import { Drift, DriftFound, Sample } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { FAULT_OF } from '../../core/taxonomy';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { Sheet } from '../../ui/sheet';
import { Look, Standing } from '../../ui/standing';
import { WORDS } from './words';

const DAYS = [3, 7, 14, 30];

/** Do servers speak otherwise than they used to, and do verdicts hold less? Each share beside what is usual. */
@Component({
  selector: 'pb-drift',
  imports: [Fault, Figure, Listing, RouterLink, Sheet, Standing],
  templateUrl: './drift.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DriftList {
  private readonly api = inject(Api);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly spans = DAYS;
  protected readonly days = computed(() => DAYS.find((each) => String(each) === this.filters.all()['days']) ?? 7);
  protected readonly found = load<DriftFound>(() => this.api.invoke(readDrift, { days: this.days() }));
  protected readonly counting = computed(() => {
    const found = this.found.value();
    return found !== null && 'counting' in found && found.counting === true;
  });
  protected readonly chosen = computed(
    () => this.found.value()?.items.find((each) => keyOf(each) === this.filters.all()['drift']) ?? null,
  );
  protected readonly keyOf = keyOf;

  protected readonly table = computed<Table>(() => {
    const own = this.own().drift;
    return {
      columns: [own.what, own.now, own.usual, own.limit, own.cases, own.state],
      rows: (this.found.value()?.items ?? []).map((each) => [
        this.nameOf(each),
        this.language.percent(each.share),
        this.language.percent(each.usual),
        this.language.percent(each.limit),
        each.cases,
        this.standingOf(each).text,
      ]),
    };
  });

  protected nameOf({ kind, subject }: Drift): string {
    return kind === 'provider_wording' ? this.own().drift.wording(subject) : this.own().drift.kinds[kind];
  }

  protected standingOf({ drifts, usual }: Drift): { look: Look; text: string } {
    const own = this.own().drift;
    if (drifts) return { look: 'bad', text: own.drifts };
    return usual === null ? { look: 'still', text: own.noPast } : { look: 'good', text: own.asUsual };
  }

  /** Where the responses (or the rule) of a sample are. */
  protected linkOf({ kind }: Drift, { text }: Sample): { path: string; params: Params; name: string } {
    return kind === 'outcomes'
      ? { path: '/rules', params: { search: text }, name: this.words().frame.rulesWith(text) }
      : { path: '/templates', params: { search: text, work: 'all' }, name: this.words().frame.templatesWith(text) };
  }

  protected faultOf(category: string): string {
    return FAULT_OF[category] ?? 'none';
  }
}

function keyOf({ kind, subject }: Drift): string {
  return `${kind} ${subject}`;
}
