/** A time for people: "2026-03-01 08:00 UTC". */
export function timeText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
