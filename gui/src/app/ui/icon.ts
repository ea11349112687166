import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Line icons on a grid of 24, drawn with the colour of the text. */
const PATHS: Record<string, string> = {
  dashboard: 'M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z',
  responses: 'M4 5h16v11H9l-5 4z M8 9h8 M8 12h5',
  templates: 'M5 4h14v4H5z M5 12h8 M5 16h8 M5 20h5 M17 12v8 M14 17l3 3 3-3',
  rules: 'M4 6h10 M4 12h7 M4 18h10 M15 12l2 2 4-5',
  policies: 'M6 3h9l4 4v14H6z M9 12h7 M9 16h7 M9 8h3',
  recipients: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-4 3.6-6 8-6s8 2 8 6',
  incidents: 'M12 3l10 18H2z M12 10v5 M12 18v.5',
  proposals: 'M9 18h6 M10 21h4 M12 3a6 6 0 0 0-4 10.5c.8.8 1 1.5 1 2.5h6c0-1 .2-1.7 1-2.5A6 6 0 0 0 12 3z',
  reports: 'M6 3h9l4 4v14H6z M9 18v-4 M12.5 18v-7 M16 18v-3',
  integrations: 'M9 3v6 M15 3v6 M6 9h12v3a6 6 0 0 1-12 0z M12 18v3',
  settings: 'M4 7h9 M17 7h3 M15 5v4 M4 12h3 M11 12h9 M9 10v4 M4 17h11 M19 17h1 M17 15v4',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M9.5 9.5a2.5 2.5 0 1 1 3.4 2.4c-.7.3-.9.8-.9 1.6 M12 16.6v.4',
  recipient: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-4 3.6-6 8-6s8 2 8 6',
  domain: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M3 12h18 M12 3c3 3 3 15 0 18 M12 3c-3 3-3 15 0 18',
  sender: 'M21 3L3 10l7 3 3 7z M10 13l5-5',
  message: 'M3 6h18v13H3z M3 7l9 7 9-7',
  transport: 'M4 7h5v5a4 4 0 0 0 8 0V9 M4 4v6 M17 4v5 M14 4h6',
  none: 'M4 12l5 6L20 6',
  unclassified: 'M8 9a4 4 0 1 1 5 4c-1 .5-1 1-1 2 M12 18.5v.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14z M16 16l5 5',
  close: 'M5 5l14 14 M19 5L5 19',
  menu: 'M4 6h16 M4 12h16 M4 18h16',
  left: 'M14 6l-6 6 6 6',
  right: 'M10 6l6 6-6 6',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  arrow: 'M4 12h15 M13 6l6 6-6 6',
  table: 'M3 5h18v14H3z M3 10h18 M3 14.5h18 M10 5v14',
  chart: 'M4 20V4 M4 20h16 M8 16v-4 M12 16V8 M16 16v-6',
  upload: 'M12 15V4 M7 8l5-4 5 4 M4 20h16',
  download: 'M12 4v11 M7 11l5 5 5-5 M4 20h16',
  copy: 'M8 8h12v12H8z M4 16V4h12',
  undo: 'M8 5L3 10l5 5 M3 10h11a6 6 0 0 1 0 12h-3',
  plus: 'M12 5v14 M5 12h14',
  check: 'M4 12l5 6L20 6',
  cross: 'M6 6l12 12 M18 6L6 18',
  signal: 'M12 3a5 5 0 0 1 5 5v8H7V8a5 5 0 0 1 5-5z M12 16v5 M8 21h8 M12 8.5v3',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-4 3.6-6 8-6s8 2 8 6',
  keyboard: 'M3 6h18v12H3z M7 10h.5 M11 10h.5 M15 10h2 M7 14h10',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l4 2',
  flag: 'M6 21V4h12l-3 4 3 4H6',
};

@Component({
  selector: 'pb-icon',
  template: `<svg viewBox="0 0 24 24" [attr.width]="size()" [attr.height]="size()" aria-hidden="true">
    <path [attr.d]="path()" />
  </svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.8;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Icon {
  readonly name = input.required<string>();
  readonly size = input(16);
  protected readonly path = computed(() => PATHS[this.name()] ?? '');
}
