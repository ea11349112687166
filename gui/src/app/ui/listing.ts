import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';

import { Language } from '../core/language';
import { Loaded } from './load';
import { Rows } from './rows';
import { State } from './state';

/** A page of something that the server lists. */
export interface Page {
  items: readonly unknown[];
  next?: unknown;
}

/** A list that comes all at once, as a page. */
export function paged<T>(loaded: Loaded<readonly T[]>): Loaded<{ items: readonly T[] }> {
  const value = computed(() => {
    const items = loaded.value();
    return items === null ? null : { items };
  });
  return { ...loaded, value };
}

/** What stands around a list: its shape while it loads, what failed, what to do where it is empty, and more of it. */
@Component({
  selector: 'pb-listing',
  imports: [Rows, State],
  template: `<pb-state [of]="of()" [lines]="lines()" />
    @if (of().value(); as page) {
      @if (page.items.length) {
        <div class="scroll" pbRows><ng-content /></div>
        @if (page.next) {
          <button class="button small more" type="button" (click)="more.emit(page.next)">
            {{ words().states.more }}
          </button>
        }
      } @else {
        <p class="empty quiet">{{ empty() }}</p>
      }
    }`,
  styles: `
    :host {
      display: block;
    }
    .scroll {
      overflow-x: auto;
    }
    .more {
      margin: 8px 12px;
    }
    .empty {
      padding: 32px 16px;
      text-align: center;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Listing {
  readonly of = input.required<Loaded<Page>>();
  readonly empty = input.required<string>();
  readonly lines = input(12);
  readonly more = output<unknown>();
  protected readonly words = inject(Language).words;
}
