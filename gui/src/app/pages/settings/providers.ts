import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { recognisedProviders } from '../../../api/functions';
import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Figure, Table } from '../../ui/figure';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { Sheet } from '../../ui/sheet';
import { WORDS } from './words';

/** By what each provider is recognised and how often it answered; and who is not recognised. */
@Component({
  selector: 'pb-providers',
  imports: [Figure, Listing, RouterLink, Sheet],
  templateUrl: './providers.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Providers {
  private readonly api = inject(Api);
  protected readonly filters = inject(Filters);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly sought = signal('');
  /** Those, too, that have not answered. */
  protected readonly all = signal(false);
  protected readonly found = load(() => this.api.invoke(recognisedProviders, {}));
  /** Those whose name, host or domain holds what is sought. */
  protected readonly list = {
    ...this.found,
    value: computed(() => {
      const found = this.found.value();
      const sought = this.sought().trim().toLowerCase();
      const holds = (texts: string[]) => texts.some((each) => each.includes(sought));
      return (
        found && {
          items: found.items.filter((each) =>
            sought === ''
              ? this.all() || each.delivered + each.others > 0
              : holds([each.name, ...each.mx, ...each.domains]),
          ),
        }
      );
    }),
  };
  protected readonly unknown = {
    ...this.found,
    value: computed(() => {
      const found = this.found.value();
      return found && { items: found.unknown };
    }),
  };
  protected readonly chosen = computed(
    () => this.found.value()?.items.find((each) => each.name === this.filters.all()['of']) ?? null,
  );

  protected readonly table = computed<Table>(() => {
    const own = this.own().providers;
    return {
      columns: [own.provider, own.delivered, own.others, own.rules, own.mx, own.domains],
      rows: (this.list.value()?.items ?? []).map((each) => [
        each.name,
        each.delivered,
        each.others,
        each.rules,
        each.mx.join(' '),
        each.domains.join(' '),
      ]),
    };
  });
  protected readonly unknownTable = computed<Table>(() => ({
    columns: [this.own().providers.domain, this.own().providers.responses],
    rows: (this.found.value()?.unknown ?? []).map((each) => [each.domain, each.responses]),
  }));
}
