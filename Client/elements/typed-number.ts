/** A whole number as people type it, with Arabic and Persian digits, too; NaN for what is none. */
export function typedNumber(text: string): number {
  const plain = text.trim().replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15));
  return /^\d+$/.test(plain) ? Number(plain) : NaN;
}

/** What a field takes whose number is above zero and has at most so many digits. */
export const typedDigits = (most: number): string => `(?=.*[1-9١-٩۱-۹])\\s*[0-9٠-٩۰-۹]{1,${most}}\\s*`;
