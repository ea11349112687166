import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Language } from '../core/language';
import { Icon } from './icon';

const ICONS: Record<string, string> = {
  deliverable: 'check',
  watched: 'clock',
  paused: 'clock',
  suppressed: 'cross',
  complained: 'flag',
  unsubscribed: 'left',
};
const COLOURS: Record<string, string> = {
  deliverable: 'none',
  watched: 'unclassified',
  paused: 'sender',
  suppressed: 'ink',
  complained: 'message',
  unsubscribed: 'transport',
};

/** The status of a recipient: icon, colour and word. */
@Component({
  selector: 'pb-status',
  imports: [Icon],
  template: `<pb-icon [name]="icon()" [size]="14" [style.color]="colour()" /><span>{{ word() }}</span>`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      white-space: nowrap;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Status {
  readonly of = input.required<string>();
  private readonly language = inject(Language);
  protected readonly icon = computed(() => ICONS[this.of()] ?? 'none');
  protected readonly colour = computed(() => `var(--${COLOURS[this.of()] ?? 'ink'})`);
  protected readonly word = computed(() => this.language.words().statuses[this.of()] ?? this.of());
}
