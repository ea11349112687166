import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { DestinationRecord } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { Language } from '../../../core/language';
import { Toasting } from '../../../core/toasting';
import { Copied } from '../../../ui/copied';
import { Listing } from '../../../ui/listing';
import { fieldsOf, valuesOf } from '../../../ui/schema';
import { SchemaFields } from '../../../ui/schema-fields';
import { Sheet } from '../../../ui/sheet';
import { Look, Standing } from '../../../ui/standing';
import { Deliveries } from './deliveries';
import { LOOKS, Store, stateOf } from './store';
import { State } from '../../../ui/state';
import { WantedFields, wantedOf } from './wanted';
import { WORDS } from './words';

/** Where decisions go: webhooks and queues, how each does, what became of every message. */
@Component({
  selector: 'pb-destinations',
  imports: [Copied, Deliveries, Listing, SchemaFields, Sheet, Standing, State, WantedFields],
  providers: [Store],
  templateUrl: './destinations.html',
  styleUrl: '../parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Destinations {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly picked = signal<string | null>(null);
  protected readonly kind = computed(() => {
    const known = this.store.kinds.value() ?? [];
    return known.find((each) => each.kind === this.picked()) ?? known[0] ?? null;
  });
  /** Whose secret is shown, right after it was made. */
  protected readonly made = signal<DestinationRecord | null>(null);

  protected readonly stateOf = stateOf;

  protected lookOf(found: DestinationRecord): Look {
    return LOOKS[stateOf(found)];
  }

  protected kindOf({ kind }: DestinationRecord) {
    return this.store.kinds.value()?.find((each) => each.kind === kind) ?? null;
  }

  /** What is held back while it does not take what it is sent; null where nothing is. */
  protected pressureOf(found: DestinationRecord): string | null {
    const { backlog, waiting, most_waiting: most } = found;
    if (most !== null && waiting >= most) {
      return this.own().full(this.language.number(most), this.language.number(backlog));
    }
    return found.failing_since !== null && backlog > 0 ? this.own().behind(this.language.number(backlog)) : null;
  }

  protected open(name: string | null): void {
    this.filters.set({ destination: name, outcome: null, before: null, delivery: null });
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const kind = this.kind();
    if (kind === null) return;
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const body = {
      kind: kind.kind,
      name: String(given.get('name')).trim(),
      settings: valuesOf(fieldsOf(kind.settings), given),
      wanted: wantedOf(given),
      secret: String(given.get('secret') ?? '').trim() || null,
      from_the_beginning: given.has('beginning'),
      keep_days: daysOf(given) || null,
    };
    await this.toasting.attempt(async () => {
      const made = await this.store.add(body);
      this.made.set(made.secret ? made : null);
      form.reset();
      this.open(made.name);
    });
  }

  protected async save(event: Event, found: DestinationRecord): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const body = {
      settings: valuesOf(fieldsOf(this.kindOf(found)?.settings ?? {}), given),
      wanted: wantedOf(given),
      keep_days: daysOf(given),
    };
    if (await this.toasting.attempt(() => this.store.change(found.name, body))) {
      this.toasting.show(this.own().saved(found.name));
    }
  }

  protected async replaceSecret(event: Event, { name }: DestinationRecord): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const secret = String(new FormData(form).get('secret')).trim();
    if (await this.toasting.attempt(() => this.store.renew(name, secret))) {
      form.reset();
      this.toasting.show(this.own().replaced(name));
    }
  }

  protected async test({ name }: DestinationRecord): Promise<void> {
    await this.toasting.attempt(async () => {
      const { taken, code, answer, seconds } = await this.store.test(name);
      const own = this.own();
      if (taken) this.toasting.show(own.testTaken(String(code ?? answer), String(seconds)));
      else this.toasting.problem(own.testRefused(`${code ?? ''} ${answer}`.trim()));
    });
  }

  protected async renew({ name }: DestinationRecord): Promise<void> {
    await this.toasting.attempt(async () => this.made.set(await this.store.renew(name, null)));
  }

  protected async setState({ name }: DestinationRecord, state: 'active' | 'paused'): Promise<void> {
    const other = state === 'active' ? 'paused' : 'active';
    if (await this.toasting.attempt(() => this.store.change(name, { state }))) {
      const { paused, resumed } = this.own();
      this.toasting.show((state === 'active' ? resumed : paused)(name), async () => {
        await this.toasting.attempt(() => this.store.change(name, { state: other }));
      });
    }
  }

  protected remove({ name }: DestinationRecord): void {
    this.made.set(null);
    this.open(null);
    this.store.remove(name, this.own().removed(name));
  }
}

/** Days after which a decision is left out; 0: never. */
function daysOf(given: FormData): number {
  return Number(given.get('keep_days')) || 0;
}
