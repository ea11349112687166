import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { ExportRecord, NewExport } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { Language } from '../../../core/language';
import { Toasting } from '../../../core/toasting';
import { Listing } from '../../../ui/listing';
import { ScheduleField } from '../../../ui/schedule-field';
import { fieldsOf, valuesOf } from '../../../ui/schema';
import { SchemaFields } from '../../../ui/schema-fields';
import { Sheet } from '../../../ui/sheet';
import { Look, Standing } from '../../../ui/standing';
import { State } from '../../../ui/state';
import { DOING_WORDS, LOOKS, doing } from '../doing';
import { Store, placeOf } from './store';
import { FormatFields, formatOf } from './format-fields';
import { Runs } from './runs';
import { WORDS } from './words';

/** What is written to files: where to, when, and what became of each run. */
@Component({
  selector: 'pb-exports',
  imports: [FormatFields, Listing, Runs, ScheduleField, SchemaFields, Sheet, Standing, State],
  providers: [Store],
  templateUrl: './exports.html',
  styleUrl: '../parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Exports {
  private readonly toasting = inject(Toasting);
  protected readonly store = inject(Store);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  private readonly words = this.language.of(DOING_WORDS);
  protected readonly whats = ['suppressions', 'decisions', 'responses'] as const;
  protected readonly modes = ['full', 'incremental'] as const;
  protected readonly what = signal<NewExport['what']>('suppressions');
  protected readonly mode = signal<NonNullable<NewExport['mode']>>('full');
  protected readonly picked = signal<string | null>(null);
  protected readonly kind = computed(() => {
    const known = this.store.kinds.value() ?? [];
    return known.find((each) => each.kind === this.picked()) ?? known[0] ?? null;
  });
  protected readonly placeOf = placeOf;

  protected doingOf(found: ExportRecord): { look: Look; text: string } {
    const state = doing(found);
    return { look: LOOKS[state], text: this.words()[state] };
  }

  protected kindOf({ to }: ExportRecord) {
    return this.store.kinds.value()?.find((each) => each.kind === to['kind']) ?? null;
  }

  protected open(name: string | null): void {
    this.filters.set({ export: name, run: null });
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const kind = this.kind();
    if (kind === null) return;
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const body: NewExport = {
      name: String(given.get('name')).trim(),
      what: this.what(),
      mode: this.mode(),
      to: { kind: kind.kind, ...valuesOf(fieldsOf(kind.settings), given) },
      ...entered(given),
    };
    await this.toasting.attempt(async () => {
      const made = await this.store.add(body);
      form.reset();
      this.toasting.show(this.own().made(made.name));
      this.open(made.name);
    });
  }

  protected async save(event: Event, found: ExportRecord): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const to = { kind: found.to['kind'], ...valuesOf(fieldsOf(this.kindOf(found)?.settings ?? {}), given) };
    if (await this.toasting.attempt(() => this.store.change(found.name, { to, ...entered(given) }))) {
      this.toasting.show(this.own().saved(found.name));
    }
  }

  protected async run({ name }: ExportRecord): Promise<void> {
    if (await this.toasting.attempt(() => this.store.runNow(name))) {
      this.toasting.show(this.own().started(name));
    }
  }

  protected async pause({ name }: ExportRecord, paused: boolean): Promise<void> {
    if (await this.toasting.attempt(() => this.store.change(name, { paused }))) {
      const { paused: stopped, resumed } = this.own();
      this.toasting.show((paused ? stopped : resumed)(name), async () => {
        await this.toasting.attempt(() => this.store.change(name, { paused: !paused }));
      });
    }
  }

  protected remove({ name }: ExportRecord): void {
    this.open(null);
    this.store.remove(name, this.own().removed(name));
  }
}

/** Format, secret and schedule of a form. */
function entered(given: FormData) {
  return {
    ...formatOf(given),
    secret: String(given.get('secret') ?? '').trim() || null,
    schedule: String(given.get('schedule') ?? '').trim() || null,
  };
}
