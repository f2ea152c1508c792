// @ts-check
/** Keeps the turnout of a poll's page up to date. Without this the page shows what it was when it was loaded. */
import { showTurnout } from "../core/turnout.js";

const section = document.querySelector("#turnout");
const address = section?.getAttribute("data-events");
if (section && address) showTurnout(section, address);
