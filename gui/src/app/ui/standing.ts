import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { Icon } from './icon';

const LOOKS = {
  good: { icon: 'check', colour: 'none' },
  busy: { icon: 'arrow', colour: 'accent' },
  warning: { icon: 'incidents', colour: 'sender' },
  still: { icon: 'clock', colour: 'ink-3' },
  bad: { icon: 'signal', colour: 'act' },
} as const;

export type Look = keyof typeof LOOKS;

/** How something does: icon, colour and word. */
@Component({
  selector: 'pb-standing',
  imports: [Icon],
  template: `<pb-icon [name]="shown().icon" [size]="14" [style.color]="'var(--' + shown().colour + ')'" /><span>{{
      text()
    }}</span>`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      white-space: nowrap;
    }
  `,
  host: { '[title]': "why() ?? ''" },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Standing {
  readonly look = input.required<Look>();
  readonly text = input.required<string>();
  readonly why = input<string | null>(null);
  protected readonly shown = computed(() => LOOKS[this.look()]);
}
