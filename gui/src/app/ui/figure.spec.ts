import { TestBed } from '@angular/core/testing';

import { Language } from '../core/language';
import { Figure } from './figure';

describe('pb-figure', () => {
  it('shows the same values as a table, numbers as the language writes them', () => {
    TestBed.inject(Language).code.set('de');
    const fixture = TestBed.createComponent(Figure);
    fixture.componentRef.setInput('heading', 'Ströme');
    fixture.componentRef.setInput('table', {
      columns: ['Strom', 'Anzahl'],
      rows: [
        ['news', 12_345],
        ['order', null],
      ],
    });
    fixture.detectChanges();
    const host = fixture.nativeElement as HTMLElement;
    expect(host.querySelector('table')).toBeNull();
    host.querySelector<HTMLButtonElement>('[aria-pressed]')?.click();
    fixture.detectChanges();
    expect([...host.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual(['news', '12.345', 'order', '']);
    expect(host.querySelectorAll('th.number')).toHaveLength(1);
  });
});
