/** Worked problems in GSM8K's form, written for this project: easy numbers, two to four steps each. */
export const WORKED_PROBLEMS = [
  {
    question: "A shelf holds 4 rows of 9 jars. 7 jars are taken away. How many jars are left?",
    answer:
      "There are 4 * 9 = <<4*9=36>>36 jars.\nAfter 7 are taken away, 36 - 7 = <<36-7=29>>29 are left.\n#### 29",
  },
  {
    question:
      "Ines buys 3 notebooks at $4 each and a pen for $2. She pays with a $20 note. How much change does she get?",
    answer:
      "The notebooks cost 3 * 4 = $<<3*4=12>>12.\nAll together she pays 12 + 2 = $<<12+2=14>>14.\nHer change is 20 - 14 = $<<20-14=6>>6.\n#### 6",
  },
  {
    question: "A train covers 180 miles in 3 hours. How far does it go in 5 hours at the same speed?",
    answer:
      "It goes 180 / 3 = <<180/3=60>>60 miles an hour.\nIn 5 hours it goes 60 * 5 = <<60*5=300>>300 miles.\n#### 300",
  },
  {
    question: "Half of the 48 children in a camp swim, and a third of the others row. How many children row?",
    answer: "48 / 2 = <<48/2=24>>24 children swim, so 24 do not.\nOf these 24 / 3 = <<24/3=8>>8 row.\n#### 8",
  },
  {
    question: "Omar is 6 years older than his sister. In 4 years she will be 15. How old is Omar now?",
    answer:
      "His sister is 15 - 4 = <<15-4=11>>11 years old now.\nOmar is 11 + 6 = <<11+6=17>>17 years old.\n#### 17",
  },
  {
    question:
      "A baker makes 250 rolls. 20% of them are burnt, and the rest is packed in bags of 8. How many bags does she fill?",
    answer:
      "250 * 20 / 100 = <<250*20/100=50>>50 rolls are burnt.\n250 - 50 = <<250-50=200>>200 are left.\nShe fills 200 / 8 = <<200/8=25>>25 bags.\n#### 25",
  },
  {
    question:
      "A tank holds 90 litres. It leaks 2 litres an hour and is filled with 5 litres an hour, beginning empty. After how many hours is it full?",
    answer:
      "Each hour brings 5 - 2 = <<5-2=3>>3 litres.\nIt is full after 90 / 3 = <<90/3=30>>30 hours.\n#### 30",
  },
  {
    question:
      "Tickets cost $12 for adults and $7 for children. A group of 3 adults and 5 children has $100. How much do they have left?",
    answer:
      "The adults pay 3 * 12 = $<<3*12=36>>36.\nThe children pay 5 * 7 = $<<5*7=35>>35.\nThey have 100 - 36 - 35 = $<<100-36-35=29>>29 left.\n#### 29",
  },
] as const;
