import type { Habit, Household, Program } from "./household.ts";

/** What common appliances draw: heating water or air first, then turning, then the spin or the dry. */
const programs = {
  kettle: [{ minutes: 4, power_w: 1900 }],
  breakfast: [{ minutes: 9, power_w: 1300 }],
  shower: [{ minutes: 11, power_w: 2100 }],
  snack: [{ minutes: 12, power_w: 1100 }],
  dinner: [
    { minutes: 10, power_w: 2000 },
    { minutes: 25, power_w: 900 },
  ],
  feast: [
    { minutes: 15, power_w: 3100 },
    { minutes: 50, power_w: 1400 },
  ],
  laundry: [
    { minutes: 18, power_w: 2000 },
    { minutes: 55, power_w: 160 },
    { minutes: 9, power_w: 480 },
  ],
  dryer: [{ minutes: 75, power_w: 800 }],
  dishes: [
    { minutes: 16, power_w: 1850 },
    { minutes: 45, power_w: 70 },
    { minutes: 14, power_w: 1850 },
  ],
  games: [{ minutes: 170, power_w: 320 }],
  bread: [
    { minutes: 35, power_w: 3000 },
    { minutes: 110, power_w: 1500 },
  ],
  hot_water: [{ minutes: 85, power_w: 1150 }],
  car: [
    { minutes: 100, power_w: 3650 },
    { minutes: 20, power_w: 1400 },
  ],
} as const satisfies Record<string, Program>;

type Appliance = keyof typeof programs;

/** One line a habit: what, about when, on which days, how often, how far around. */
function habit(
  appliance: Appliance,
  at: Habit["at"],
  days: Habit["days"] = "every day",
  { chance = 0.9, spread_minutes = 20 } = {},
): Habit {
  return { name: `${appliance} ${at} ${days}`, program: programs[appliance], at, days, chance, spread_minutes };
}

/** Twelve homes of one street. Their days differ, which is what makes sharing a roof worth while. */
export const households = [
  {
    device: "home-01",
    life: "early shift: up before five, home at two",
    base_w: 55,
    fridge_w: 75,
    waking_w: 110,
    waking: {
      weekdays: [
        ["04:35", "05:20"],
        ["14:10", "21:15"],
      ],
      weekends: [["07:00", "22:30"]],
    },
    habits: [
      habit("breakfast", "04:45", "weekdays", { spread_minutes: 6 }),
      habit("breakfast", "08:10", "weekends"),
      habit("snack", "14:30", "weekdays"),
      habit("dinner", "18:10"),
      habit("laundry", "15:00", "every day", { chance: 0.3 }),
      habit("dishes", "19:30", "every day", { chance: 0.5 }),
    ],
  },
  {
    device: "home-02",
    life: "night worker: asleep by day, cooks before the shift",
    base_w: 45,
    fridge_w: 70,
    waking_w: 120,
    waking: {
      weekdays: [
        ["06:40", "08:30"],
        ["15:45", "21:00"],
      ],
      weekends: [
        ["00:00", "02:30"],
        ["12:00", "24:00"],
      ],
    },
    habits: [
      habit("snack", "06:55", "weekdays"),
      habit("dinner", "19:20", "weekdays"),
      habit("dinner", "20:30", "weekends"),
      habit("shower", "20:20", "weekdays", { chance: 0.7 }),
      habit("games", "22:10", "weekends", { chance: 0.8 }),
      habit("laundry", "16:30", "every day", { chance: 0.25 }),
    ],
  },
  {
    device: "home-03",
    life: "family of four with a heat pump",
    base_w: 85,
    fridge_w: 95,
    waking_w: 190,
    waking: {
      weekdays: [
        ["06:10", "08:00"],
        ["13:20", "22:15"],
      ],
      weekends: [["07:45", "23:00"]],
    },
    heating_w_per_degree: 15,
    habits: [
      habit("breakfast", "06:35"),
      habit("hot_water", "12:20"),
      habit("feast", "17:50", "every day", { chance: 0.75 }),
      habit("laundry", "10:30", "every day", { chance: 0.5 }),
      habit("dishes", "20:10", "every day", { chance: 0.85 }),
    ],
  },
  {
    device: "home-04",
    life: "retired couple: lunch at noon, early to bed",
    base_w: 60,
    fridge_w: 110,
    waking_w: 130,
    waking: { weekdays: [["06:30", "21:30"]], weekends: [["06:45", "21:45"]] },
    habits: [
      habit("kettle", "07:00"),
      habit("feast", "11:20"),
      habit("kettle", "15:15"),
      habit("snack", "18:15", "every day", { chance: 0.6 }),
      habit("laundry", "09:15", "weekdays", { chance: 0.35 }),
    ],
  },
  {
    device: "home-05",
    life: "home office: two desks, coffee and a late lunch",
    base_w: 75,
    fridge_w: 80,
    waking_w: 270,
    waking: {
      weekdays: [["07:15", "22:45"]],
      weekends: [
        ["08:45", "12:00"],
        ["17:00", "23:30"],
      ],
    },
    habits: [
      habit("kettle", "08:00"),
      habit("kettle", "10:30", "weekdays"),
      habit("dinner", "13:10", "weekdays"),
      habit("kettle", "15:40", "weekdays"),
      habit("dinner", "19:45"),
      habit("laundry", "11:00", "weekdays", { chance: 0.3 }),
    ],
  },
  {
    device: "home-06",
    life: "student flat: late to rise, later to bed",
    base_w: 70,
    fridge_w: 120,
    waking_w: 210,
    waking: {
      weekdays: [
        ["00:00", "01:20"],
        ["09:40", "24:00"],
      ],
      weekends: [
        ["00:00", "03:10"],
        ["11:30", "24:00"],
      ],
    },
    habits: [
      habit("kettle", "10:10"),
      habit("shower", "10:40", "every day", { chance: 0.8 }),
      habit("dinner", "21:10", "every day", { spread_minutes: 50 }),
      habit("games", "22:20", "every day", { chance: 0.6 }),
      habit("snack", "23:50", "every day", { chance: 0.5 }),
      habit("laundry", "14:00", "weekends", { chance: 0.7 }),
    ],
  },
  {
    device: "home-07",
    life: "commuters who charge a car at night",
    base_w: 60,
    fridge_w: 75,
    waking_w: 140,
    waking: {
      weekdays: [
        ["05:45", "07:10"],
        ["17:40", "22:30"],
      ],
      weekends: [["08:00", "23:00"]],
    },
    habits: [
      habit("breakfast", "06:10", "weekdays"),
      habit("dinner", "18:45"),
      habit("car", "23:05", "every day", { chance: 0.55, spread_minutes: 25 }),
      habit("dishes", "21:00", "every day", { chance: 0.4 }),
    ],
  },
  {
    device: "home-08",
    life: "baker: bread for the street, in the oven at three",
    base_w: 70,
    fridge_w: 140,
    waking_w: 150,
    waking: {
      weekdays: [
        ["02:30", "10:30"],
        ["16:00", "19:45"],
      ],
      weekends: [["05:30", "20:15"]],
    },
    habits: [
      habit("bread", "03:05", "weekdays", { chance: 1, spread_minutes: 8 }),
      habit("bread", "05:50", "weekends", { chance: 0.45 }),
      habit("dinner", "17:30"),
      habit("dishes", "06:30", "weekdays", { chance: 0.9 }),
    ],
  },
  {
    device: "home-09",
    life: "away on weekends",
    base_w: 40,
    fridge_w: 70,
    waking_w: 120,
    waking: {
      weekdays: [
        ["06:20", "07:40"],
        ["18:15", "23:10"],
      ],
      weekends: [],
    },
    habits: [
      habit("breakfast", "06:45", "weekdays"),
      habit("dinner", "19:10", "weekdays"),
      habit("laundry", "18:30", "weekdays", { chance: 0.3 }),
    ],
  },
  {
    device: "home-10",
    life: "one person, two small rooms",
    base_w: 28,
    fridge_w: 55,
    waking_w: 65,
    waking: {
      weekdays: [
        ["06:50", "08:00"],
        ["17:20", "22:40"],
      ],
      weekends: [
        ["08:30", "13:00"],
        ["18:30", "23:00"],
      ],
    },
    habits: [habit("kettle", "07:05"), habit("snack", "18:40"), habit("laundry", "10:00", "weekends", { chance: 0.4 })],
  },
  {
    device: "home-11",
    life: "family of six: something is always being washed",
    base_w: 110,
    fridge_w: 130,
    waking_w: 240,
    waking: { weekdays: [["05:55", "22:50"]], weekends: [["07:10", "23:30"]] },
    habits: [
      habit("breakfast", "06:25"),
      habit("feast", "12:10", "weekends"),
      habit("dinner", "13:05", "weekdays"),
      habit("dinner", "18:30"),
      habit("laundry", "08:40"),
      habit("dryer", "10:40", "every day", { chance: 0.7 }),
      habit("dishes", "19:40"),
    ],
  },
  {
    device: "home-12",
    life: "part-time: hot water and a meal while the sun is high",
    base_w: 50,
    fridge_w: 85,
    waking_w: 100,
    waking: {
      weekdays: [
        ["06:40", "08:10"],
        ["12:40", "22:00"],
      ],
      weekends: [["08:00", "22:30"]],
    },
    habits: [
      habit("kettle", "06:55"),
      habit("dinner", "13:00"),
      habit("hot_water", "12:15", "every day", { chance: 0.7, spread_minutes: 45 }),
      habit("snack", "18:50"),
      habit("laundry", "14:20", "every day", { chance: 0.3 }),
    ],
  },
] as const satisfies readonly Household[];
