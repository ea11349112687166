import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Filters } from '../../core/filters';
import { Language } from '../../core/language';
import { Icon } from '../../ui/icon';
import { State } from '../../ui/state';
import { FACETS, FacetName, ResponsesStore } from './store';

const MOST_VALUES = 8;

/** By what the list can be narrowed down, with how many there are. */
@Component({
  selector: 'pb-response-facets',
  imports: [Icon, State],
  templateUrl: './facets.html',
  styleUrl: './facets.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ResponseFacets {
  protected readonly store = inject(ResponsesStore);
  private readonly filters = inject(Filters);
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  /** On a phone they are folded, so that the list comes first. */
  protected readonly unfolded = window.innerWidth > 760;
  protected readonly counted = computed(() => this.language.number(this.store.facets.value()?.counted ?? 0));

  protected readonly facets = computed(() => {
    const found = this.store.facets.value()?.facets ?? {};
    return FACETS.map((name) => ({
      name,
      title: this.words().responses.names[name] ?? name,
      values: (found[name] ?? []).slice(0, MOST_VALUES).map((each) => ({
        value: each.value,
        text: this.text(name, each.value),
        count: this.language.number(each.count),
        chosen: this.filters.all()[name] === each.value,
      })),
    })).filter((facet) => facet.values.length > 1 || facet.values.some((each) => each.chosen));
  });

  private text(name: FacetName, value: string): string {
    const words = this.words();
    const tables: Partial<Record<FacetName, Record<string, string>>> = {
      category: words.categories,
      fault: words.faults,
      outcome: words.outcomes,
      decided_by: words.responses.decided,
    };
    return tables[name]?.[value] ?? value;
  }
}
