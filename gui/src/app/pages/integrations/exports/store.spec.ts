import { doing, placeOf } from './store';

const still = { paused: false, asked: false, late: false, last: null };

describe('doing', () => {
  it('tells first what somebody must act upon', () => {
    expect(doing(still)).toBe('never');
    expect(doing({ ...still, last: { state: 'done' } })).toBe('done');
    expect(doing({ ...still, late: true, last: { state: 'done' } })).toBe('late');
    expect(doing({ ...still, paused: true, last: { state: 'done' } })).toBe('paused');
    expect(doing({ ...still, paused: true, late: true, last: { state: 'failed' } })).toBe('failed');
    expect(doing({ ...still, asked: true, last: { state: 'failed' } })).toBe('asked');
    expect(doing({ ...still, asked: true, last: { state: 'running' } })).toBe('running');
  });
});

describe('placeOf', () => {
  it('names a place as people write it', () => {
    expect(placeOf({ kind: 's3', bucket: 'reports', prefix: 'bounces/' })).toBe('s3://reports/bounces/');
    expect(placeOf({ kind: 'sftp', host: 'files.example.com', user: 'ada', path: '.' })).toBe(
      'sftp://ada@files.example.com/',
    );
    expect(placeOf({ kind: 'sftp', host: 'files.example.com', port: 2222, user: 'ada', path: 'in' })).toBe(
      'sftp://ada@files.example.com:2222/in',
    );
    expect(placeOf({ kind: 'directory', path: 'daily' })).toBe('exports/daily');
    expect(placeOf({ kind: 'directory', path: '/srv/out' })).toBe('/srv/out');
  });
});
