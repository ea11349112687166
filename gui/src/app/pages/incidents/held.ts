import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { heldDecisions } from '../../../api/functions';
import { HeldRecord, Otherwise } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Listing } from '../../ui/listing';
import { Loaded, load } from '../../ui/load';
import { State } from '../../ui/state';
import { Status } from '../../ui/status';
import { WORDS } from './words';

/** Whose decisions hang on an incident, and what the other verdict would make of them. */
@Component({
  selector: 'pb-held',
  imports: [Listing, RouterLink, State, Status],
  templateUrl: './held.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Held {
  readonly incident = input.required<string>();
  readonly otherwise = input.required<Loaded<Otherwise>>();
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  private readonly first = load(() => this.api.invoke(heldDecisions, { name: this.incident(), limit: 20 }));
  private readonly rest = signal<{ items: HeldRecord[]; next: string | null } | null>(null);
  protected readonly list = {
    ...this.first,
    value: computed(() => {
      const first = this.first.value();
      const rest = this.rest();
      return first && rest ? { items: [...first.items, ...rest.items], next: rest.next } : first;
    }),
  };

  /** Statuses with how many have them now and would have then; those that nobody has either way are left out. */
  protected readonly statuses = computed(() => {
    const found = this.otherwise().value();
    return ['deliverable', 'watched', 'paused', 'suppressed']
      .map((status) => ({ status, before: found?.before[status] ?? 0, after: found?.after[status] ?? 0 }))
      .filter(({ before, after }) => before || after);
  });

  constructor() {
    effect(() => {
      this.first.value();
      untracked(() => this.rest.set(null));
    });
  }

  protected async more(cursor: unknown): Promise<void> {
    await this.toasting.attempt(async () => {
      const name = this.incident();
      const page = await this.api.invoke(heldDecisions, { name, limit: 100, cursor: String(cursor) });
      const known = this.rest()?.items ?? [];
      if (name === this.incident()) {
        this.rest.set({ items: [...known, ...page.items], next: page.next });
      }
    });
  }
}
