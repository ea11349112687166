import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Language } from '../core/language';
import { Icon } from './icon';

/** Faults in the order in which charts stack them. */
export const FAULTS = ['recipient', 'domain', 'sender', 'message', 'transport', 'none', 'unclassified'] as const;

/** The key of colour and icon: `unclassified` stands out from the other categories without a fault. */
export function hueOf(category: string, fault: string): string {
  return category === 'unclassified' ? 'unclassified' : fault;
}

/** A category with the mark of its fault: icon, colour and word. */
@Component({
  selector: 'pb-fault',
  imports: [Icon],
  template: `<span class="fault" [style.color]="'var(--' + hue() + ')'" [title]="title()"
      ><pb-icon [name]="hue()" [size]="14" /></span
    ><span [title]="category()">{{ words().categories[category()] ?? category() }}</span>`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      white-space: nowrap;
    }
    .fault {
      display: inline-flex;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Fault {
  readonly category = input.required<string>();
  readonly fault = input.required<string>();
  protected readonly words = inject(Language).words;
  protected readonly hue = computed(() => hueOf(this.category(), this.fault()));
  protected readonly title = computed(() => this.words().faults[this.hue()] ?? this.fault());
}
