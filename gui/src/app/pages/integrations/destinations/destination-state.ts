import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { DestinationRecord } from '../../../../api/models';
import { Language } from '../../../core/language';
import { Icon } from '../../../ui/icon';
import { stateOf } from './store';
import { WORDS } from './words';

const LOOKS: Record<string, { icon: string; colour: string }> = {
  active: { icon: 'check', colour: 'none' },
  failing: { icon: 'incidents', colour: 'sender' },
  paused: { icon: 'clock', colour: 'ink-3' },
  disabled: { icon: 'signal', colour: 'act' },
};

/** How a destination does: icon, colour and word. */
@Component({
  selector: 'pb-destination-state',
  imports: [Icon],
  template: `<pb-icon [name]="look().icon" [size]="14" [style.color]="'var(--' + look().colour + ')'" /><span>{{
      own().states[state()]
    }}</span>`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      white-space: nowrap;
    }
  `,
  host: { '[title]': "of().why ?? ''" },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DestinationState {
  readonly of = input.required<DestinationRecord>();
  protected readonly own = inject(Language).of(WORDS);
  protected readonly state = computed(() => stateOf(this.of()));
  protected readonly look = computed(() => LOOKS[this.state()] ?? { icon: 'none', colour: 'ink' });
}
