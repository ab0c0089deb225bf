"""Addresses of the player on the content origin."""

app_name = "player"
urlpatterns: list = []
