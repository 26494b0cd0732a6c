#!/usr/bin/env python3
"""report.html in a real, headless Chromium.

    tests/report/browser.py target/debug/minyi

Needs chromium and chromedriver (Debian: chromium, chromium-driver) and what stands in requirements.txt. Every post is invented.
"""

import contextlib
import csv
import importlib.resources
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = [str(REPOSITORY / "data/demo" / name) for name in ("weibo-search.csv", "weibospider.jsonl")]
HOSTILE = "这就是卖国。</script><img src=x onerror=alert(1)><!--<script>\u2028\u202eabc <b>&lt;i&gt; \"'`${1}"
HEADER = "id,bid,user_id,用户昵称,user_authentication,微博正文,头条文章url,发布位置,艾特用户,话题,转发数,评论数,点赞数,发布时间,发布工具,微博图片url,微博视频url,retweet_id,ip".split(",")
# A page with as many posts as the study of a large corpus has must be there in this time.
SECONDS_TO_OPEN = 2.0
MANY = 100_000


def study(folder, posts, *options):
    """Runs the study of these inputs; the folder it lies in."""
    out = folder / f"out-{len(list(folder.iterdir()))}"
    subprocess.run([MINYI, "run", *posts, "-o", out, "--searched", "-q", *options], check=True)
    return out


def write_posts(path, texts):
    """A file as weibo-search writes it."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for at, text in enumerate(texts):
            post = [4_912_000_000_000_001 + at * 4_194_304, "", 1_000_000_000 + at % 9_999, "某人", "普通用户", text]
            rows.writerow([*post, "", "", "", "", 3, 2, 1, f"2023-06-{15 + at % 9} 12:00", "网页", "", "", "", "贵州"])
    return str(path)


@contextlib.contextmanager
def chromium(width=1200, height=1000):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(600)
    try:
        yield driver
    finally:
        driver.quit()


def open_page(driver, page):
    driver.get(page.as_uri())
    driver.find_element(By.CSS_SELECTOR, "html.scripted")


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exit = contextlib.ExitStack()
        cls.folder = Path(cls.exit.enter_context(tempfile.TemporaryDirectory()))
        hostile = write_posts(cls.folder / "hostile.csv", [HOSTILE])
        cls.study = study(cls.folder, [*DEMO, hostile], "--sensitivity")
        cls.page = cls.study / "report.html"
        with open(cls.study / "coded.csv", encoding="utf-8", newline="") as file:
            cls.coded = list(csv.DictReader(file))
        cls.driver = cls.exit.enter_context(chromium())

    @classmethod
    def tearDownClass(cls):
        cls.exit.close()

    def setUp(self):
        open_page(self.driver, self.page)

    def shown(self, selector):
        """The elements of the language that is shown."""
        return self.driver.find_elements(By.CSS_SELECTOR, f".page:not([hidden]) {selector}")

    def choose(self, name, text):
        Select(self.shown(f".search select[name={name}]")[0]).select_by_visible_text(text)

    def found(self):
        """Number of posts found, as the page says."""
        return int(self.shown(".count")[0].text.split(" ")[0])

    def test_opens_without_an_error_and_asks_nothing_of_the_network(self):
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        open_page(self.driver, self.page)
        self.assertEqual(self.driver.get_log("browser"), [])
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        self.assertIn(self.page.as_uri(), asked)
        self.assertEqual([url for url in asked if not url.startswith(("file:", "data:"))], [])

    def test_the_policy_stops_a_script_that_is_not_the_pages_own(self):
        self.driver.execute_script(
            "const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s);"
        )
        self.assertIsNone(self.driver.execute_script("return window.broken ?? null"))
        self.driver.get_log("browser")

    def test_columns_sort_by_keyboard(self):
        table = self.shown("#t-account-type-by-stance-en table")[0]
        cells = lambda: [row.find_elements(By.TAG_NAME, "td")[3].text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
        source = cells()
        heading = table.find_elements(By.CSS_SELECTOR, "thead tr:nth-child(2) th")[3]
        button = heading.find_element(By.TAG_NAME, "button")
        self.driver.execute_script("arguments[0].closest('.scroll').focus()", button)
        for _ in range(20):  # to the button by Tab alone
            if self.driver.switch_to.active_element == button:
                break
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
        self.assertEqual(self.driver.switch_to.active_element, button)
        counts = sorted(map(int, source))
        for key, state, expected in [
            (Keys.ENTER, "descending", counts[::-1]),
            (Keys.SPACE, "ascending", counts),
            (Keys.ENTER, "none", list(map(int, source))),
        ]:
            button.send_keys(key)
            self.assertEqual(heading.get_attribute("aria-sort"), state)
            self.assertEqual(list(map(int, cells())), expected)

    def test_filters_show_the_posts_that_were_coded_so(self):
        is_one = lambda post: post["stance"] == "negative" and post["account_type"] == "individual" and "NEG.BETRAY" in post["codes"].split(";")
        negative = [post for post in self.coded if post["stance"] == "negative"]
        self.assertEqual(self.found(), len(self.coded))
        self.choose("stance", "Negative")
        self.assertEqual(self.found(), len(negative))
        self.choose("type", "Individual")
        option = next(o.text for o in self.shown("select[name=code] option") if "NEG.BETRAY" in o.text)
        self.choose("code", option)
        expected = [post for post in self.coded if is_one(post)]
        self.assertGreater(len(expected), 3)
        self.assertEqual(self.found(), len(expected))
        records = [post.find_elements(By.CSS_SELECTOR, ".facts span")[-1].text.split(" ")[-1] for post in self.shown(".found .post")]
        self.assertEqual(records, [post["source_row"] for post in expected][: len(records)])
        self.shown(".search button[type=reset]")[0].click()
        time.sleep(0.1)
        self.assertEqual(self.found(), len(self.coded))

    def test_words_are_searched_and_pages_turn(self):
        with open(self.study / "report.jsonl", encoding="utf-8") as file:
            texts = [post["text"] for post in map(json.loads, list(file)[1:]) if post["sampled"]]
        word = "基因"
        self.shown("input[name=words]")[0].send_keys(word)
        number = sum(word in text for text in texts)
        self.assertGreater(number, 25)
        self.assertEqual(self.found(), number)
        first = self.shown(".found .text")[0].text
        self.shown(".next")[0].click()
        self.assertNotEqual(self.shown(".found .text")[0].text, first)
        self.assertTrue(self.shown(".previous")[0].is_enabled())

    def test_the_other_language_keeps_the_choice_and_the_place(self):
        self.choose("stance", "Negative")
        number = self.found()
        self.shown("nav a[href='#tables-en']")[0].click()
        self.shown("[data-language=zh]")[0].click()
        self.assertEqual(self.driver.find_element(By.TAG_NAME, "html").get_attribute("lang"), "zh-Hans")
        self.assertIn("公众态度", self.driver.title)
        self.assertIn("记录流向", self.shown("main")[0].text)
        self.assertEqual(Select(self.shown("select[name=stance]")[0]).first_selected_option.text, "负面")
        self.assertIn(str(number), self.shown(".count")[0].text)
        english = [word for word in ("Posts coded", "Flow of records", "Negative", "Methods") if word in self.shown("main")[0].text]
        self.assertEqual(english, [])
        self.shown("[data-language=en]")[0].click()
        self.assertEqual(self.driver.switch_to.active_element.text, "English")

    def test_a_hostile_post_is_shown_as_its_words(self):
        self.shown("input[name=words]")[0].send_keys("onerror")
        self.assertEqual(self.found(), 1)
        text = self.shown(".found .text")[0]
        words = self.driver.execute_script(
            "const copy = arguments[0].cloneNode(true); copy.querySelectorAll('small').forEach(e => e.remove()); return copy.textContent", text
        )
        self.assertEqual(words, HOSTILE)
        # What turns the direction of writing ends with the text.
        self.assertEqual(text.value_of_css_property("unicode-bidi"), "isolate")
        self.assertEqual(self.driver.find_elements(By.CSS_SELECTOR, "img:not([src^='data:image/svg+xml;base64,']), main script, main b:not(.stance)"), [])
        alone = study(self.folder, [str(self.folder / "hostile.csv")]) / "report.html"
        open_page(self.driver, alone)
        example = self.shown("#examples-en .text")[0].text
        self.assertIn("</script><img src=x onerror=alert(1)><!--<script>", example)
        self.assertEqual(self.driver.find_elements(By.CSS_SELECTOR, "img:not([src^='data:image/svg+xml;base64,'])"), [])
        self.assertEqual([entry for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"], [])

    def test_evidence_tells_its_context_in_words(self):
        tags = {tag.text for tag in self.shown("#examples-en .tag")}
        self.assertTrue(any("·" in tag for tag in tags), tags)
        contexts = {tag.strip("[]").split(" · ")[1] for tag in tags if " · " in tag}
        known = {"negated", "asked", "rhetorical question", "quoted", "called false", "irony", "conditional", "conceded"}
        self.assertLessEqual(contexts, known)

    def test_paper_shows_no_controls_and_all_that_is_folded_up(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        for selector in ("nav", ".languages", ".search", ".pages"):
            self.assertFalse(self.shown(selector)[0].is_displayed(), selector)
        self.assertTrue(self.shown("h1")[0].is_displayed())
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        folded = "return document.querySelectorAll('details:not([open])').length"
        self.assertGreater(self.driver.execute_script(folded), 0)
        self.driver.execute_script("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.driver.execute_script(folded), 0)
        pdf = self.driver.execute_cdp_cmd("Page.printToPDF", {})
        self.assertGreater(len(pdf["data"]), 10_000)

    def test_nothing_is_wider_than_a_narrow_screen(self):
        size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            open_page(self.driver, self.page)
            self.assertLessEqual(self.driver.execute_script("return document.documentElement.scrollWidth"), 390)
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_without_scripts_all_but_the_search_is_there(self):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            self.driver.get(self.page.as_uri())
            self.assertTrue(self.shown("table")[0].is_displayed())
            self.assertTrue(self.shown(".nojs")[0].is_displayed())
            self.assertFalse(self.shown(".search")[0].is_displayed())
            self.assertFalse(self.shown(".languages")[0].is_displayed())
        finally:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    def test_axe_finds_nothing_serious(self):
        axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        for scheme in ("light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            for language in ("en", "zh"):
                open_page(self.driver, self.page)
                if language == "zh":
                    self.shown("[data-language=zh]")[0].click()
                self.driver.execute_script(axe)
                found = self.driver.execute_async_script(
                    "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: String(e), impact: 'critical', nodes: []}]))"
                )
                serious = [
                    (one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]])
                    for one in found
                    if one["impact"] in ("serious", "critical")
                ]
                self.assertEqual(serious, [], f"{scheme}, {language}")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def test_a_large_study_opens_at_once(self):
        with open(self.study / "report.jsonl", encoding="utf-8") as file:
            texts = [post["text"] for post in map(json.loads, list(file)[1:]) if post["sampled"]]
        many = write_posts(self.folder / "many.csv", (texts[at % len(texts)] for at in range(MANY)))
        page = study(self.folder, [many]) / "report.html"
        with chromium() as driver:
            open_page(driver, self.page)  # the browser itself is up
            open_page(driver, page)
            count = driver.find_element(By.CSS_SELECTOR, ".page:not([hidden]) .count").text
            self.assertIn("of 2300 posts", count)
            milliseconds = driver.execute_script("const [n] = performance.getEntriesByType('navigation'); return n.loadEventEnd - n.startTime")
        print(f"\nreport of {MANY} posts: {page.stat().st_size / 1e6:.1f} MB, opened in {milliseconds / 1000:.2f} s")
        self.assertLess(milliseconds / 1000, SECONDS_TO_OPEN)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"{sys.argv[0]} MINYI [TEST..]: name the program, e.g. target/debug/minyi")
    MINYI = str(Path(sys.argv.pop(1)).resolve())
    for tool in ("chromium", "chromedriver"):
        if not shutil.which(tool) and not shutil.which(f"{tool}-browser"):
            sys.exit(f"{tool} is not installed (Debian: apt-get install chromium chromium-driver)")
    unittest.main(verbosity=2)
