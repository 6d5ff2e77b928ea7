-- How the widget shows a bot, who may embed it, and whether strangers may start it at all: JSON; none means that nobody has said so, and then
-- it is closed.
ALTER TABLE bots ADD COLUMN channel TEXT;
