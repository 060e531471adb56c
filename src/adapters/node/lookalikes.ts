import { brotliDecompressSync } from 'node:zlib';
import type { Lookalikes } from '../../domain/ports/ports';
import { PACKED_TABLE } from './confusables-table';

/** Unicode's two rules against names that are taken for others: UTS #39, "Unicode Security Mechanisms". */
export const lookalikes: Lookalikes = {
  // §4: two names look alike if their skeletons are the same. Names have no characters that are ignored, so none are removed.
  skeletonOf(handle) {
    table ??= new Map(unpackTable());
    const parts = [...handle.normalize('NFD')].map((character) => table?.get(character) ?? character);
    return parts.join('').normalize('NFD');
  },

  // §5.2 "Highly Restrictive", and §5.3.
  isMixed: (handle) => !hasOneScript(handle) || !hasOneKindOfDigits(handle),
};

let table: ReadonlyMap<string, string> | undefined;

export function unpackTable(): readonly (readonly [string, string])[] {
  const lines = brotliDecompressSync(Buffer.from(PACKED_TABLE, 'base64')).toString().split('\n');
  return lines.map((line) => {
    const [from = ''] = line;
    return [from, line.slice(from.length)];
  });
}

/** What people write together: Chinese, Japanese and Korean, each with Latin letters beside. */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
].map(onlyOf);

/** What belongs to no script of its own (digits), or to that of what it stands beside (accents), is in all of them. */
function onlyOf(scripts: readonly string[]): RegExp {
  const classes = [...scripts, 'Common', 'Inherited'].map((script) => `\\p{scx=${script}}`);
  return new RegExp(`^[${classes.join('')}]*$`, 'u');
}

function hasOneScript(handle: string): boolean {
  return TOGETHER.some((scripts) => scripts.test(handle)) || otherScripts().some((script) => script.test(handle));
}

let others: readonly RegExp[] | undefined;

/** Made when they are first needed: most names are Latin, or of East Asia. */
function otherScripts(): readonly RegExp[] {
  others ??= SCRIPTS.split(' ').map((script) => onlyOf([script]));
  return others;
}

/** All that Unicode 15.0 has, which the oldest Node that we run on knows. A name in a newer script is refused. */
const SCRIPTS =
  'Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square';

const DIGIT = /\p{Nd}/u;
const DIGITS_IN_A_ROW = 10; // Unicode's decimal digits stand in order, 0 to 9, system after system.

function hasOneKindOfDigits(handle: string): boolean {
  const zeros = [...handle].filter((character) => DIGIT.test(character)).map(zeroOf);
  return new Set(zeros).size <= 1;
}

/** The code point of the zero of a digit's system. */
function zeroOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--;
  return codePoint - ((codePoint - first) % DIGITS_IN_A_ROW);
}
