import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { ProposalShown, Why } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Session } from '../../core/session';
import { CATEGORIES, FAULT_OF } from '../../core/taxonomy';
import { Toasting } from '../../core/toasting';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Listing } from '../../ui/listing';
import { Sheet } from '../../ui/sheet';
import { State } from '../../ui/state';
import { STATES, Store, changesOf, movedOf, textsOf } from './store';
import { WORDS } from './words';

/** Proposals with their evidence: accepted as they are or changed, rejected with a reason, taken back. */
@Component({
  selector: 'pb-proposal-list',
  imports: [Fault, Icon, Listing, RouterLink, Sheet, State],
  providers: [Store],
  templateUrl: './proposal-list.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ProposalList {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly states = STATES;
  protected readonly categories = CATEGORIES;
  protected readonly movedOf = movedOf;
  protected readonly textsOf = textsOf;
  protected readonly open = computed(() => (this.store.drafts.value() ?? []).filter((draft) => draft.state === 'open'));

  protected kindOf(proposal: ProposalShown): string {
    const kind = proposal.kind ?? 'add';
    return this.own().kinds[kind] ?? kind;
  }

  protected labelledOf({ labelled, labelled_right: right }: NonNullable<ProposalShown['evidence']>): string {
    return labelled ? this.own().rightly(this.language.number(right), this.language.number(labelled)) : '–';
  }

  protected patternOf(rule: Record<string, unknown> | null): string {
    const match = rule?.['match'];
    return Array.isArray(match) ? match.join('\n') : '';
  }

  protected saidOf({ code, values }: Why): string {
    return (
      this.own().whys[code]?.((name) => {
        const value = values[name];
        if (name === 'category') return this.words().categories[String(value)] ?? String(value);
        if (name === 'least') return this.language.percent(Number(value));
        return typeof value === 'number' ? this.language.number(value) : String(value);
      }) ?? ''
    );
  }

  protected faultOf(category: unknown): string {
    return FAULT_OF[String(category)] ?? 'none';
  }

  protected async accept(event: Event, proposal: ProposalShown): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const changes = changesOf(proposal.rule ?? {}, given);
    const draft = String(given.get('draft') ?? '') || null;
    const name = String(changes['name'] ?? proposal.rule?.['name'] ?? proposal.key);
    await this.toasting.attempt(async () => {
      await this.store.accept(proposal.key, draft, changes);
      this.toasting.show(this.own().accepted(name), () => this.undo(proposal.key));
    });
  }

  protected async reject(event: Event, { key }: ProposalShown): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason')).trim();
    if (await this.toasting.attempt(() => this.store.reject(key, reason))) {
      this.toasting.show(this.own().rejected, () => this.undo(key));
    }
  }

  protected async undo(key: string): Promise<void> {
    if (await this.toasting.attempt(() => this.store.undo(key))) {
      this.toasting.show(this.own().undone);
    }
  }
}
