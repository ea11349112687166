import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { SyncRecord } from '../../../../api/models';
import { Language } from '../../../core/language';
import { WORDS } from './words';

/** What of both lists is kept alike and how fast, inside a form. */
@Component({
  selector: 'pb-sync-fields',
  template: `<label class="field"
      >{{ own().direction }}
      <select class="input" name="direction">
        @for (each of directions; track each) {
          <option [value]="each" [selected]="each === (of()?.direction ?? 'both')">{{ own().directions[each] }}</option>
        }
      </select>
    </label>
    <label class="field"
      >{{ own().scope }}
      <input
        class="input"
        name="scope"
        autocomplete="off"
        autocapitalize="none"
        maxlength="500"
        [value]="of()?.scope ?? 'marketing'"
      />
      <small class="quiet">{{ own().scopeHint }}</small>
    </label>
    <label class="field"
      >{{ own().baseUrl }}
      <input
        class="input"
        name="base_url"
        type="url"
        autocomplete="off"
        maxlength="500"
        [required]="needsUrl()"
        [placeholder]="own().baseUrlHint"
        [value]="of()?.base_url ?? ''"
      />
    </label>
    <label class="field"
      >{{ own().perSecond }}
      <input
        class="input"
        name="per_second"
        type="number"
        min="0.01"
        max="10000"
        step="any"
        [placeholder]="own().perSecondHint"
        [value]="of()?.per_second ?? ''"
      />
    </label>
    <label class="switch"
      ><input type="checkbox" name="with_paused" [checked]="of()?.with_paused ?? false" />{{ own().withPaused }}</label
    >
    <label class="switch"
      ><input type="checkbox" name="allow_private" [checked]="of()?.allow_private ?? false" />{{ own().private }}</label
    >`,
  styles: `
    :host {
      display: contents;
    }
    .switch {
      display: flex;
      gap: 8px;
      align-items: center;
      min-height: 32px;
      // Behind the other fields, so that these stand in one line.
      order: 1;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SyncFields {
  readonly of = input<SyncRecord | null>(null);
  readonly needsUrl = input(false);
  protected readonly own = inject(Language).of(WORDS);
  protected readonly directions = ['both', 'in', 'out'] as const;
}
