import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { StoreDestinationsWanted } from '../../../../api/models';
import { Language } from '../../../core/language';
import { listed } from '../../../ui/schema';
import { WORDS } from './words';

const STATUSES = ['deliverable', 'watched', 'paused', 'suppressed', 'complained', 'unsubscribed'] as const;
const LISTS = ['streams', 'categories', 'providers'] as const;

/** What was entered in a form with `pb-wanted`. */
export function wantedOf(given: FormData): StoreDestinationsWanted {
  const lists = LISTS.map((name) => [name, listed(String(given.get(`wanted.${name}`) ?? ''))] as const);
  const statuses = given.getAll('wanted.statuses').map(String);
  return Object.fromEntries([['statuses', statuses] as const, ...lists].filter(([, values]) => values.length));
}

/** Which decisions a destination gets, inside a form. */
@Component({
  selector: 'pb-wanted',
  template: `<fieldset>
    <legend>{{ own().wanted }}</legend>
    <div class="statuses" role="group" [attr.aria-label]="own().parts['statuses']">
      @for (status of statuses; track status) {
        <label>
          <input
            type="checkbox"
            name="wanted.statuses"
            [value]="status"
            [checked]="of()['statuses']?.includes(status) ?? false"
          />
          {{ words().statuses[status] }}
        </label>
      }
    </div>
    <div class="lists">
      @for (name of lists; track name) {
        <label class="field"
          >{{ own().parts[name] }}
          <input
            class="input"
            autocomplete="off"
            autocapitalize="none"
            [name]="'wanted.' + name"
            [value]="of()[name]?.join(', ') ?? ''"
          />
        </label>
      }
    </div>
  </fieldset>`,
  styles: `
    fieldset {
      display: grid;
      gap: 8px;
      margin: 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      font-size: 13px;
      color: var(--ink-2);
    }
    .statuses {
      display: flex;
      flex-wrap: wrap;
      gap: 6px 16px;
      padding-top: 6px;
    }
    .statuses label {
      display: inline-flex;
      gap: 6px;
      align-items: center;
    }
    .lists {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
      gap: 12px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class WantedFields {
  readonly of = input<Record<string, string[]>>({});
  private readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly statuses = STATUSES;
  protected readonly lists = LISTS;
}
