CRONTAB = """# moved from the old host, 2019
SHELL=/bin/bash
MAILTO = ops@port.example

17 *\t* * *   run-parts --hourly
0 3 29 2 *\tleap-year-check
30 6 1 * mon  first-or-monday
30 6 */2 * mon  odd-and-monday
30 6 * * mon-FRI  report --date "$(date +\\%F)" % stdin is here%more
5/20 0 * * 7  sunday-five
0 22-23/1,2 28-31 feb sun,0,7 end-of-february
0 0 31 4 * never-in-april
15,45 12 1-7 MAR * first-week   
@weekly   rotate \\d logs
@reboot start-it
@monthly bill
59 23 * 2 fri-sun late weekend
0 4 1-31 * 3 every-day
*/25 5 * * 2-6/2 even days
10 10 5 3 2,4 both restricted
"""


def main():
    with open("/app/crontab", "w") as file:
        file.write(CRONTAB)


if __name__ == "__main__":
    main()
