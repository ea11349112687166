import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Rows } from './rows';

@Component({
  selector: 'pb-list-of-three',
  imports: [Rows],
  template: `<ul pbRows>
    @for (row of [0, 1, 2]; track row) {
      <li data-row [tabindex]="row ? -1 : 0" (click)="opened.set(row)" (keydown.enter)="(0)">{{ row }}</li>
    }
  </ul>`,
})
class ListOfThree {
  readonly opened = signal(-1);
}

describe('pbRows', () => {
  it('walks with the arrows, stops at the ends, and opens with Enter', () => {
    const fixture = TestBed.createComponent(ListOfThree);
    fixture.detectChanges();
    const rows = [...(fixture.nativeElement as HTMLElement).querySelectorAll<HTMLElement>('[data-row]')];
    document.body.append(fixture.nativeElement as HTMLElement);
    const press = (key: string): unknown =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    rows[0]?.focus();
    press('ArrowUp');
    expect(document.activeElement).toBe(rows[0]);
    press('ArrowDown');
    press('End');
    expect(document.activeElement).toBe(rows[2]);
    expect(rows.map((row) => row.tabIndex)).toEqual([-1, -1, 0]);
    press('Enter');
    expect(fixture.componentInstance.opened()).toBe(2);
  });
});
