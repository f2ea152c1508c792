/** The small estate of the journey: who lives there, and its roll as the property firm sends it. */
import { gb18030, xlsx } from "./sheets.js";

export const ESTATE = {
  name: "一品苑",
  phone: "010-12345678",
  at: "1 号楼大堂，每天 9:00–18:00",
  officers: [
    ["梁启文", "10099990001"],
    ["苏映红", "10099990002"],
  ],
  candidates: ["梁启文", "苏映红", "何建国", "叶美玲", "曹国强", "袁淑芬"],
  firms: ["安泰物业", "同心物业"],
};

/** Who enrols: one reads large letters, one reads English in the dark, two own one home, one owns several units. */
export const OWNERS = [
  { name: "张秀兰", phone: "10012340001", size: "elder" },
  { name: "李明", phone: "10012340002" },
  { name: "王芳", phone: "10012340003", size: "large" },
  { name: "JAMES SMITH", phone: "10012340004", lang: "en", options: { colorScheme: "dark", locale: "en-GB" } },
  { name: "陈建国", phone: "10012340005" },
];

const HEAD = "楼栋,单元,房号,类型,专有面积(㎡),面积来源,交付状态,产权人 ,证件尾号,联系电话,建设单位";
/** The same eight units, written as people write. */
const LINES = [
  '1幢,1单元,"=""0101""",住宅,80.00,登记,已交付,张秀兰,1001,10012340001,',
  "1#,一单元,0102,住宅,90.00㎡,登记,已交付,李明、王芳,1002、1003,10012340002、10012340003,",
  "１号楼,1单元,0201,住宅,１００.00,登记,已交付,JAMES SMITH,1004,10012340004,",
  "1栋,1,0202,住宅,100.00,登记,已交付,陈建国,1005,10012340005,",
  "2栋,1,0101,住宅,100.00,登记,已交付,陈 建国,1005,10012340005,",
  "2栋,1,0102,住宅,70.00,登记,已交付,赵敏,1006,10012340006,",
  "2栋,1,0201,住宅,60.00,合同,未出售,,,,示例市一品置业有限公司",
  "地下车库,,A-01,车位,12.50,登记,已交付,陈建国,1005,10012340005,",
];

/** The area of the third is a word, the owner of the sixth is missing. */
export const broken = () =>
  gb18030([HEAD, ...LINES.with(2, LINES[2].replace("１００.00", "约一百")).with(5, LINES[5].replace("赵敏", ""))]);

export const sound = () => gb18030([HEAD, ...LINES]);

/** As a workbook with a title, merged cells and a subtotal; one area has been measured anew. */
export function corrected() {
  const rows = LINES.map((line) => line.replaceAll('"=""', "").replaceAll('"""', "").split(","));
  rows[5][4] = "71.50";
  const building = rows.map((row, place) => (place === 0 || row[0] !== rows[place - 1][0] ? row[0] : null));
  // One cell for each building's rows.
  const own = ["1号楼", null, null, null, "2号楼", null, null, building[7]];
  const table = rows.map((row, place) => [own[place], ...row.slice(1).map((cell) => (cell === "" ? null : cell))]);
  const all = [
    ["一品苑业主名册（更正后）", ...Array(10).fill(null)],
    HEAD.split(","),
    ...table.slice(0, 4),
    ["小计", null, null, null, 370, ...Array(6).fill(null)],
    ...table.slice(4),
    ["注：面积以登记为准", ...Array(10).fill(null)],
  ];
  return xlsx("业主名册", all, ["A1:K1", "A3:A6", "A8:A10"]);
}
