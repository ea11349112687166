import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { NewSync, SyncRecord } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { Language } from '../../../core/language';
import { Toasting } from '../../../core/toasting';
import { Listing } from '../../../ui/listing';
import { ScheduleField } from '../../../ui/schedule-field';
import { Sheet } from '../../../ui/sheet';
import { Look, Standing } from '../../../ui/standing';
import { State } from '../../../ui/state';
import { DOING_WORDS, LOOKS, doing } from '../doing';
import { Changes } from './changes';
import { SyncRuns } from './runs';
import { SyncFields } from './what-fields';
import { Store } from './store';
import { WORDS } from './words';

const DIRECTIONS = ['both', 'in', 'out'] as const;

/** Suppression lists of providers that are kept alike with ours: in which direction, when, and what became of each run. */
@Component({
  selector: 'pb-syncs',
  imports: [Changes, Listing, ScheduleField, Sheet, Standing, State, SyncFields, SyncRuns],
  providers: [Store],
  templateUrl: './syncs.html',
  styleUrl: '../parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Syncs {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly words = this.language.of(DOING_WORDS);
  protected readonly directions = DIRECTIONS;
  protected readonly picked = signal<string | null>(null);
  protected readonly provider = computed(() => {
    const known = this.store.providers.value() ?? [];
    return known.find((each) => each.provider === this.picked()) ?? known[0] ?? null;
  });

  protected doingOf(found: SyncRecord): { look: Look; text: string } {
    const state = doing(found);
    return { look: LOOKS[state], text: this.words()[state] };
  }

  protected titleOf({ provider }: SyncRecord): string {
    return this.store.providers.value()?.find((each) => each.provider === provider)?.title ?? provider;
  }

  protected keyOf({ provider }: SyncRecord): string {
    return this.store.providers.value()?.find((each) => each.provider === provider)?.key ?? '';
  }

  protected open(name: string | null): void {
    this.filters.set({ sync: name, run: null });
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const provider = this.provider();
    if (provider === null) return;
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? '').trim();
    const body: NewSync = {
      name: text('name'),
      provider: provider.provider,
      part: text('part'),
      secret: text('secret'),
      ...entered(given),
    };
    await this.toasting.attempt(async () => {
      const made = await this.store.add(body);
      form.reset();
      this.toasting.show(this.own().made(made.name));
      this.open(made.name);
    });
  }

  protected async save(event: Event, { name }: SyncRecord): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const secret = String(given.get('secret') ?? '').trim() || null;
    if (await this.toasting.attempt(() => this.store.change(name, { secret, ...entered(given) }))) {
      this.toasting.show(this.own().saved(name));
    }
  }

  protected async tryIt({ name }: SyncRecord): Promise<void> {
    await this.toasting.attempt(() => this.store.dryRun(name));
  }

  protected async run({ name }: SyncRecord): Promise<void> {
    if (await this.toasting.attempt(() => this.store.runNow(name))) {
      this.toasting.show(this.own().started(name));
    }
  }

  protected async pause({ name }: SyncRecord, paused: boolean): Promise<void> {
    if (await this.toasting.attempt(() => this.store.change(name, { paused }))) {
      const { paused: stopped, resumed } = this.own();
      this.toasting.show((paused ? stopped : resumed)(name), async () => {
        await this.toasting.attempt(() => this.store.change(name, { paused: !paused }));
      });
    }
  }

  protected remove({ name }: SyncRecord): void {
    this.open(null);
    this.store.remove(name, this.own().removed(name));
  }
}

/** Where to, what and when, of a form. */
function entered(given: FormData) {
  const text = (name: string) => String(given.get(name) ?? '').trim();
  return {
    base_url: text('base_url'),
    allow_private: given.has('allow_private'),
    direction: text('direction') as (typeof DIRECTIONS)[number],
    scope: text('scope') || 'marketing',
    with_paused: given.has('with_paused'),
    per_second: Number(text('per_second')) || null,
    schedule: text('schedule') || null,
  };
}
