import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** A tiny line of values, zero at the bottom; gaps (null) stay gaps. */
@Component({
  selector: 'pb-spark',
  template: `<svg [attr.viewBox]="'0 0 ' + width() + ' 24'" preserveAspectRatio="none" aria-hidden="true">
    <path [attr.d]="path()" />
  </svg>`,
  styles: `
    :host {
      display: block;
      color: var(--ink-3);
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.5;
      vector-effect: non-scaling-stroke;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Spark {
  readonly values = input.required<readonly (number | null)[]>();
  protected readonly width = computed(() => Math.max(this.values().length - 1, 1) * 4);
  protected readonly path = computed(() => {
    const most = Math.max(...this.values().map((value) => value ?? 0), 1e-12);
    let path = '';
    let drawing = false;
    this.values().forEach((value, index) => {
      if (value === null) {
        drawing = false;
        return;
      }
      path += `${drawing ? 'L' : 'M'}${index * 4} ${(22 - (value / most) * 20).toFixed(1)}`;
      drawing = true;
    });
    return path;
  });
}
